/* speed.c: how long the plugin's commands take. The contract bounds no command's time, so counts of
 * rounds and waiting times follow from what one command was measured to take. */
#include "speed.h"

#include "adapter.h"
#include "probe.h"
#include "rows.h"

enum { LOOP_MS = 4000, FEWEST = 2 };

/* Of one command that is refused, measured once in each process. */
static double command_ms(void) {
  static double measured = -1;
  if (measured >= 0) return measured;
  measured = 0;
  if (command_count() == 0) return measured;
  wfa_adapter *adapter = new_adapter();
  double before = now_ms();
  struct answer answer = execute(adapter, command_at(0)->name, "[]");
  measured = now_ms() - before;
  give_back(&answer);
  end_adapter(adapter);
  return measured;
}

int rounds_of(int wanted, int each) {
  double ms = command_ms() * each;
  int fitting = ms * wanted <= LOOP_MS ? wanted : (int)(LOOP_MS / ms);
  return fitting < FEWEST ? FEWEST : fitting;
}

int patience_for(int ms, int commands) { return ms + (int)(command_ms() * commands); }
