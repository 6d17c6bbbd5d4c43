/* output.h: what is written to standard output and standard error meanwhile. */
#ifndef VALIDATOR_OUTPUT_H
#define VALIDATOR_OUTPUT_H

void begin_capture(void);

/* What was written since; both streams go where they went before. Does nothing if they do already.
 */
const char *end_capture(void);

#endif
