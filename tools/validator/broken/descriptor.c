/* descriptor.c: what the plugin offers. */
#include "plugin.h"

#define NO_LIMIT WFA_UNSET, WFA_UNSET
#ifdef BREAK_DESCRIPTOR_SAYS_WHO
#define VERSION "new"
#else
#define VERSION "1.0.0"
#endif
#ifdef BREAK_DESCRIPTOR_RELEASE_HISTORY
#define DATE "yesterday"
#else
#define DATE "2026-01-31"
#endif
#ifdef BREAK_DESCRIPTOR_SCHEMAS_FIT_ROWS
#define REQUIRED "\"" NOTE "\""
#else
#define REQUIRED "\"text\""
#endif
#define SIZED(type) .struct_size = BROKEN(DESCRIPTOR_ELEMENT_SIZES) ? 4 : sizeof(type)

char changing_text[128] = "Answers what it is told.";

static const wfa_field key = {
    SIZED(wfa_field),
    WFA_FIELD_REQUIRED | WFA_FIELD_SECRET,
    "key",
    "Key",
    "What only the host knows.",
    BROKEN(DESCRIPTOR_TYPES_ARE_KNOWN) ? "text" : "string",
    NULL,
    BROKEN(DESCRIPTOR_LIMITS_MAKE_SENSE) ? 65 : 8,
    64,
    NO_LIMIT,
};
static const wfa_field workers = {
    SIZED(wfa_field),
    BROKEN(DESCRIPTOR_EXTENSIONS_ARE_OPTIONAL) ? WFA_FIELD_REQUIRED : 0,
    "workers",
    "Workers",
    "Threads that run submitted commands.",
    "integer",
    BROKEN(DESCRIPTOR_DEFAULTS_FIT) ? "many" : "2",
    NO_LIMIT,
    1,
    MOST_THREADS,
};
static const wfa_field queue = {
    SIZED(wfa_field),
    0,
    BROKEN(DESCRIPTOR_NAMES_ARE_UNIQUE) ? "workers" : "queue",
    "Queue",
    "Submitted commands that may wait.",
    "integer",
    "4",
    NO_LIMIT,
    1,
    1000,
};

static const wfa_field longest = {
    SIZED(wfa_field),
    0,
    "longest",
    "Longest text",
    "Characters of a text at most.",
    "integer",
    "100",
    NO_LIMIT,
    1,
    LONGEST_TEXT,
};

#define STRING(field_name, field_flags, field_display, field_text, longest) \
  {SIZED(wfa_field), field_flags, field_name, field_display, field_text,    \
   "string",         NULL,        WFA_UNSET,  longest,       NO_LIMIT}

static const wfa_field text = STRING("text", WFA_FIELD_REQUIRED, "Text", "What to answer.", 100);
static const wfa_field note = STRING(NOTE, 0, "Note", "Is not answered.", 50);
static const wfa_field status = STRING("status", 0, "", "SUCCESS or FAILED.", WFA_UNSET);
static const wfa_field answer =
    STRING("text", BROKEN(DESCRIPTOR_SECRETS_GO_IN) ? WFA_FIELD_SECRET : 0, "", "The same text.",
           WFA_UNSET);
static const wfa_field error = STRING("error", 0, "", "What was wrong, if anything.", WFA_UNSET);
static const wfa_field said =
    STRING("text",
           WFA_FIELD_SUBJECT | (BROKEN(DESCRIPTOR_MARKS_MAKE_SENSE) ? WFA_FIELD_EVENT_ID : 0) |
               (BROKEN(DESCRIPTOR_MARKS_AGREE) ? WFA_FIELD_CORRELATION_ID | WFA_FIELD_OUTCOME : 0),
           "Text", "What was answered.", WFA_UNSET);
static const wfa_field adapter = STRING("adapter", 0, "Adapter", "The instance's name.", WFA_UNSET);
static const wfa_field event_id = {
    SIZED(wfa_field),
    WFA_FIELD_EVENT_ID,
    "eventId",
    "Event ID",
    "One event of the source.",
    BROKEN(DESCRIPTOR_MARKS_FIT_TYPES) ? "object" : "string",
    NULL,
    NO_LIMIT,
    NO_LIMIT,
};

static const wfa_field *const properties[] = {&key};
static const wfa_field *const extension_properties[] = {&workers, &queue, &longest};
static const wfa_field *const request[] = {&text}, *const extension_request[] = {&note};
static const wfa_field *const response[] = {&status, &answer, &error};
static const wfa_field *const fields[] = {&said}, *const extension_fields[] = {&adapter, &event_id};

static const wfa_command echo = {
    SIZED(wfa_command),
    WFA_COMMAND_IDEMPOTENT | (BROKEN(DESCRIPTOR_FLAGS_ARE_KNOWN) ? 1 << 20 : 0) |
        (BROKEN(DESCRIPTOR_TRAITS_MAKE_SENSE) ? WFA_COMMAND_SENDS : 0),
    "echo",
    BROKEN(DESCRIPTOR_TEXTS_ARE_UTF8) ? "\xff" : "Echo",
    changing_text,
    request,
    1,
    response,
    3,
    extension_request,
    1,
    NULL,
    0,
};
static const wfa_event echoed = {
    SIZED(wfa_event), 0, "echoed", "Echoed", "A text was answered.", fields, 1, extension_fields, 2,
};
static const wfa_event muted = {
    SIZED(wfa_event), 0, "muted", "Muted", "Never happens.", NULL, 0, NULL, 0,
};
static const wfa_release first = {
    SIZED(wfa_release), 0, "1.0.0", "Initial", "It answers.", "", DATE,
};
static const wfa_webhook_declaration webhook = {
    SIZED(wfa_webhook_declaration),
    0,
    "X-Echo-Signature",
    "hmac-sha256-hex",
    BROKEN(DESCRIPTOR_WEBHOOK_MAKES_SENSE) ? "lock" : "key",
    NULL,
    "",
};
static const wfa_command *const commands[] = {&echo};
static const wfa_event *const events[] = {&echoed}, *const extension_events[] = {&muted};
static const wfa_release *const releases[] = {&first};

#define NUMBER_JSON(name, display, comments, value, least, most)                             \
  "{\"name\":\"" name "\",\"display\":\"" display "\",\"comments\":\"" comments              \
  "\",\"required\":false,\"type\":\"integer\",\"default\":\"" value "\",\"minValue\":" least \
  ",\"maxValue\":" most "}"
#define MEMBER_JSON(name, display, description, more)                                 \
  "{\"name\":\"" name "\",\"display\":\"" display "\",\"description\":\"" description \
  "\",\"type\":\"string\"" more "}"

/* clang-format off */
static const char json[] =
    "{\"id\":\"echo\",\"name\":\"Echo\",\"display\":\"Adapter - Echo\",\"version\":\"" VERSION "\","
    "\"specVersion\":\"1.0.0\",\"vendor\":\"Nobody\",\"license\":\"MIT\","
    "\"docsUrl\":\"https://example.com\",\"abi\":{\"major\":1,\"minor\":0},"
    "\"properties\":[{\"name\":\"key\",\"display\":\"Key\","
    "\"comments\":\"What only the host knows.\",\"required\":true,\"type\":\"string\","
    "\"minLength\":8,\"maxLength\":64,\"secret\":true}],"
    "\"commands\":[{\"name\":\"echo\",\"display\":\"Echo\","
    "\"description\":\"Answers what it is told.\",\"traits\":[\"idempotent\"],"
    "\"schema\":{\"request\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"},"
    "\"" NOTE "\":{\"type\":\"string\"}},\"required\":[" REQUIRED "]},\"response\":{\"type\":\"object\","
    "\"properties\":{\"status\":{},\"text\":{\"type\":\"string\"},\"error\":{}}}},\"request\":["
    MEMBER_JSON("text", "Text", "What to answer.", ",\"required\":true,\"maxLength\":100")
    "],\"response\":["
    MEMBER_JSON("status", "", "SUCCESS or FAILED.", "") ","
    MEMBER_JSON("text", "", "The same text.", "") ","
    MEMBER_JSON("error", "", "What was wrong, if anything.", "")
    "]}],\"events\":[{\"name\":\"echoed\",\"display\":\"Echoed\","
    "\"description\":\"A text was answered.\",\"properties\":["
    MEMBER_JSON("text", "Text", "What was answered.", ",\"marks\":[\"subject\"]")
    "]}],\"releaseHistory\":[{\"version\":\"1.0.0\",\"type\":\"Initial\","
    "\"description\":\"It answers.\",\"tracking\":\"\",\"date\":\"" DATE "\"}],"
    "\"webhook\":{\"signatureHeader\":\"X-Echo-Signature\",\"signatureScheme\":\"hmac-sha256-hex\","
    "\"secretProperty\":\"key\"},"
    "\"extensions\":{\"properties\":["
    NUMBER_JSON("workers", "Workers", "Threads that run submitted commands.", "2", "1", "16") ","
    NUMBER_JSON("queue", "Queue", "Submitted commands that may wait.", "4", "1", "1000") ","
    NUMBER_JSON("longest", "Longest text", "Characters of a text at most.", "100", "1", "100")
    "],\"commands\":[],\"events\":[{\"name\":\"muted\",\"display\":\"Muted\","
    "\"description\":\"Never happens.\",\"properties\":[]}],"
    "\"members\":{\"echo\":{\"request\":["
    MEMBER_JSON(NOTE, "Note", "Is not answered.", ",\"required\":false,\"maxLength\":50")
    "],\"response\":[]},\"echoed\":{\"properties\":["
    MEMBER_JSON("adapter", "Adapter", "The instance's name.", "") ","
    MEMBER_JSON("eventId", "Event ID", "One event of the source.", ",\"marks\":[\"eventId\"]")
    "]}}}}";
/* clang-format on */

const wfa_descriptor plugin_descriptor = {
    SIZED(wfa_descriptor),
    0,
    "echo",
    "Echo",
    "Adapter - Echo",
    VERSION,
    BROKEN(DESCRIPTOR_JSON_EQUALS_TABLES) ? "2.0.0" : "1.0.0",
    "Nobody",
    "MIT",
    "https://example.com",
    properties,
    1,
    commands,
    1,
    events,
    1,
    extension_properties,
    3,
    NULL,
    0,
    extension_events,
    1,
    BROKEN(DESCRIPTOR_ARRAYS_ARE_THERE) ? NULL : releases,
    1,
    json,
    BROKEN(DESCRIPTOR_JSON_IS_AN_OBJECT) ? sizeof json - 2 : sizeof json - 1,
    &webhook,
};
