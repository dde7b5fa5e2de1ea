// streams.h - sys.stdin, sys.stdout, sys.stderr.
#ifndef KR_APP_STREAMS_H
#define KR_APP_STREAMS_H

// Makes the three streams and builtins.open: 0 or -1.
int kr_streams_start(void);
// Flushes stdout and stderr: 0, or -1 when one failed (reported already).
int kr_streams_flush(void);

#endif
