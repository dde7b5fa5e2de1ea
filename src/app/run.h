// run.h - runs what the command line names.
#ifndef KR_APP_RUN_H
#define KR_APP_RUN_H

// Runs command, module, file or standard input of the main interpreter's config, then the prompt
// where that is asked for.  Returns the exit code.
int kr_run_main(void);
// The prompt on standard input; returns the exit code.
int kr_repl_run(void);
// The exit code for the pending exception, which is reported unless it is SystemExit.
int kr_run_exit_code(void);

#endif
