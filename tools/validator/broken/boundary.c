/* boundary.c: text that comes in, text that goes out, and errors. */
#include "plugin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *last_text;

wfa_result text_in(const char *text, size_t len, char **copy) {
  if (len > SIZE_MAX / 2 &&
      (BROKEN(CREATE_LENGTH_OUT_OF_RANGE) || BROKEN(EXECUTE_LENGTH_OUT_OF_RANGE)))
    len = WFA_STRLEN;
  *copy = NULL;
  if (text == NULL || (len > SIZE_MAX / 2 && len != WFA_STRLEN)) return WFA_ERR_INVALID_ARGUMENT;
  if (len == WFA_STRLEN || BROKEN(CREATE_TEXT_WITHOUT_NUL) || BROKEN(EXECUTE_TEXT_WITHOUT_NUL)) {
    size_t nul = strlen(text);
    len = len == WFA_STRLEN ? nul : len;
  }
  *copy = allocate(len + 1);
  memcpy(*copy, text, len);
  for (size_t i = 0; i < len && (BROKEN(CREATE_NOT_UTF8) || BROKEN(EXECUTE_NOT_UTF8)); i++)
    (*copy)[i] &= 0x7f;
  return is_utf8(*copy, len) ? WFA_OK : WFA_ERR_INVALID_ARGUMENT;
}

void release_text(wfa_buffer *buffer) {
  wfa_buffer taken, empty = {0};
  if (buffer == NULL) return;
  memcpy(&taken, buffer, sizeof taken);
  if (BROKEN(BUFFER_RELEASE_TWICE)) empty.private_data = taken.private_data;
  if (!BROKEN(BUFFER_RELEASE_ZEROES)) memcpy(buffer, &empty, sizeof empty);
  if (last_text == taken.private_data) last_text = NULL;
  free(taken.private_data);
}

void text_out(wfa_buffer *buffer, const char *text) {
  size_t len = strlen(text);
  char *copy = allocate(len + 2);
  memcpy(copy, text, len);
  copy[len] = BROKEN(BUFFER_ENDS_IN_NUL) ? '!' : '\0';
  wfa_buffer filled = {copy, len, release_text, copy};
  memcpy(buffer, &filled, sizeof filled);
  if (BROKEN(BUFFER_OUTLIVES_ADAPTER)) last_text = copy;
}

void forget_texts(void) {
  if (last_text != NULL) memset(last_text, '?', strlen(last_text));
}

/* Writes one member, if the host's struct has it whole. */
static void write_member(wfa_error *to, uint32_t room, size_t offset, const void *from,
                         size_t size) {
  if (offset + size <= room || BROKEN(ERROR_OLDER_STRUCT)) memcpy((char *)to + offset, from, size);
}

#define WRITE(member) \
  write_member(to, room, offsetof(wfa_error, member), &full.member, sizeof full.member)

static void write_error(wfa_error *to, wfa_result result, const char *message) {
  wfa_error full = {0};
  uint32_t room;
  memcpy(&room, to, sizeof room);
  full.result = BROKEN(ERROR_IS_THE_ANSWER) ? WFA_ERR_INTERNAL : result;
  if (BROKEN(ERROR_FLAGS_AGREE) && result != WFA_OK)
    full.flags = WFA_ERROR_RETRYABLE | WFA_ERROR_MAYBE_SENT;
  if (result != WFA_OK && !BROKEN(ERROR_SAYS_WHAT) &&
      (room >= sizeof full || BROKEN(ERROR_OLDER_STRUCT)))
    text_out(&full.message, message);
  WRITE(result);
  WRITE(flags);
  WRITE(http_status);
  WRITE(remote_code);
  WRITE(retry_after_ms);
  WRITE(message);
  if (BROKEN(ERROR_NEWER_STRUCT) && room > sizeof full)
    memset((char *)to + sizeof full, 0, room - sizeof full);
}

wfa_result ends(wfa_error *error, wfa_result result, const char *format, ...) {
  char *message = NULL;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&message, format, arguments) < 0) abort();
  va_end(arguments);
  if (BROKEN(STRUCTS_MAY_BE_UNALIGNED) && (uintptr_t)error % sizeof(uint32_t) != 0) abort();
  bool untouched = BROKEN(ERROR_ZEROED_AFTER_SUCCESS) && result == WFA_OK;
  if ((error != NULL || BROKEN(ERROR_MAY_BE_NULL)) && !untouched)
    write_error(error, result, message);
  free(message);
  return result;
}
