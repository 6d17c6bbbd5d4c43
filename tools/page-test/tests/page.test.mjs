// All tests of the page, in one process with one demo and one browser.

import "./chat.mjs";
import "./faults.mjs";
import "./workflow.mjs";
import "./phrases.mjs";
import "./people.mjs";
import "./access.mjs";
import "./readme_picture.mjs";
