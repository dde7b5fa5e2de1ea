// siphash.h - SipHash-1-3, the keyed hash of str and bytes.
#ifndef KR_BASE_SIPHASH_H
#define KR_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

// The 64-bit hash of [size] bytes under the key ([key0], [key1]).
uint64_t kr_hash_bytes(uint64_t key0, uint64_t key1, const void *data, ptrdiff_t size);

#endif
