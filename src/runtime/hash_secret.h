// hash_secret.h - the key of the hash of str and bytes.
#ifndef KR_RUNTIME_HASH_SECRET_H
#define KR_RUNTIME_HASH_SECRET_H

#include <stddef.h>
#include <sys/types.h>

// Sets the secret once: random, or, when [use_seed], from [seed] as PYTHONHASHSEED says (0: no
// secret).  0, or -1 when the system gives no random bytes.
int kr_hash_secret_init(int use_seed, unsigned long seed);
// Fills with random bytes: 0, or -1 with errno set.  [may_block]: waits at an early start of the
// system.  [interrupted] is called on EINTR; non-zero stops with -1.
int kr_random_bytes(void *buffer, size_t size, int may_block, int (*interrupted)(void));

#endif
