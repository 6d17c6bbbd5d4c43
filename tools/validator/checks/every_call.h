/* every_call.h: every function that takes a handle, called with one. */
#ifndef VALIDATOR_EVERY_CALL_H
#define VALIDATOR_EVERY_CALL_H

#include "check.h"

/* Calls them all; fails the check unless each answers `wanted`. `what` says what the handle is. */
void every_call(const wfa_api *api, wfa_adapter *handle, wfa_result wanted, const char *what);

#endif
