/* adapter.h: adapters of the plugin under test, and commands run on them. */
#ifndef VALIDATOR_ADAPTER_H
#define VALIDATOR_ADAPTER_H

#include "check.h"
#include "plugin.h"

/* The name the validator gives to its adapters. */
#define INSTANCE_NAME "validator"
/* A name that no command, event or property has. It is short, because a plugin may cut a longer one
 * out of its messages as a possible secret. */
#define NO_SUCH_NAME "noSuchName"

/* The properties in use: those the user gave, or made-up ones that `create` takes. Skips the check,
 * with the plugin's own words, if it refuses them. */
const char *properties(void);

/* A host that says its name and wants no log. */
wfa_host plain_host(void);

wfa_adapter *new_adapter(void);
wfa_adapter *new_adapter_for(const wfa_host *host);

/* Destroys, and fails the check unless that works. */
void end_adapter(wfa_adapter *adapter);

/* How one call ended. */
struct answer {
  wfa_result result;
  wfa_buffer response;
  wfa_error error;
};

struct answer create(const wfa_host *host, const char *json, wfa_adapter **out);
struct answer update(wfa_adapter *adapter, const char *json);
struct answer execute(wfa_adapter *adapter, const char *name, const char *json);
struct answer execute_bytes(wfa_adapter *adapter, const char *name, size_t name_len,
                            const char *json, size_t json_len);
void give_back(struct answer *answer);

/* The error's message, or an empty text. */
const char *message_of(const struct answer *answer);

/* Whether the message, or a text anywhere in the response, has `name` in it. */
bool names(const struct answer *answer, const char *name);

/* A request of `command` with every required member; a new text. */
char *request_for(const wfa_command *command);

/* An empty error as a host passes it. */
wfa_error empty_error(void);

void release(wfa_buffer *buffer);

/* Whether a result comes with a response. */
bool has_response(wfa_result result);

#endif
