// All tests of the page, in one process with one demo and one browser.

import "./chat.mjs";
import "./faults.mjs";
import "./workflow.mjs";
import "./access.mjs";
import "./tour.mjs";
