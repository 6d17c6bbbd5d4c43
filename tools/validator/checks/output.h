/* output.h: what is written to standard output and standard error meanwhile. */
#ifndef VALIDATOR_OUTPUT_H
#define VALIDATOR_OUTPUT_H

void begin_capture(void);

/* Restores both streams and returns what was written since; does nothing if they are restored. */
const char *end_capture(void);

#endif
