/* groups.h: the groups of checks, in the order in which they run. */
#ifndef VALIDATOR_GROUPS_H
#define VALIDATOR_GROUPS_H

#include "check.h"

extern const struct group scanning, entry, descriptor_tables, descriptor_json, descriptor_marks,
    descriptor_constant, sources, create_arguments, create_properties, update_properties,
    execute_arguments, execute_request, responses, buffers, errors, registration, delivery,
    callbacks, event_members, submission, polling, cancellation, destruction, isolation, logging,
    unlocked, threads, forks, hygiene, secrets, extensions, webhook, host_extensions,
    descriptor_manners, scanning_manners, address_manners, handle_manners, thread_manners,
    output_manners, event_manners;

static const struct group *const groups[] = {
    &scanning,
    &entry,
    &descriptor_tables,
    &descriptor_json,
    &descriptor_marks,
    &descriptor_constant,
    &create_arguments,
    &create_properties,
    &update_properties,
    &execute_arguments,
    &execute_request,
    &responses,
    &buffers,
    &errors,
    &registration,
    &delivery,
    &callbacks,
    &event_members,
    &sources,
    &submission,
    &polling,
    &cancellation,
    &destruction,
    &isolation,
    &logging,
    &unlocked,
    &threads,
    &forks,
    &hygiene,
    &secrets,
    &extensions,
    &webhook,
    &host_extensions,
    &event_manners,
    &descriptor_manners,
    &scanning_manners,
    &address_manners,
    &handle_manners,
    &thread_manners,
    &output_manners,
    NULL,
};

#endif
