/* plugin.h: the library under test, loaded. */
#ifndef VALIDATOR_PLUGIN_H
#define VALIDATOR_PLUGIN_H

#include "check.h"

/* The table's size in version 1.0; whatever is smaller lacks functions. */
#define TABLE_1_0 (offsetof(wfa_api, cancel_command) + sizeof(void (*)(void)))

/* Loads the library once and answers its table; skips the check if there is no usable one, which is
 * the subject of other checks. */
const wfa_api *load(void);
const wfa_descriptor *descriptor(void);

/* Ends the check if the library is loaded already, as it is when checks share a process. */
void needs_fresh_process(void);

/* Loads another copy of the library, from a temporary file. */
void *load_copy(int flags);

/* The function `wfa_entry` of a loaded library; NULL if it has none. */
wfa_entry_fn entry_of(void *library);

/* The library that `load` loaded. */
void *library(void);

/* The member of every `wfa_*` function this validator knows, as the library exports it; NULL if it
 * does not. */
void *exported(const char *name);

#endif
