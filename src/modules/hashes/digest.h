// digest.h - hash functions as plain C: a state that takes blocks, and a table of what each
// function is.
#ifndef KR_MODULES_HASHES_DIGEST_H
#define KR_MODULES_HASHES_DIGEST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { KR_DIGEST_BLOCK = 200, KR_DIGEST_SIZE = 64 };

typedef struct KrDigest KrDigest;

typedef struct KrDigestKind {
    const char *name;
    int digest_size;
    int block_size;
    void (*start)(KrDigest *digest);
    void (*absorb)(KrDigest *digest, const uint8_t *block);
    // Pads and writes the digest; the state is used up.
    void (*finish)(KrDigest *digest, uint8_t *ret_bytes);
    const uint64_t *initial;       // SHA-2: the first state
    uint8_t suffix;                // SHA-3: domain bits
    int keeps_last_block;          // BLAKE2: a full block waits for what follows
} KrDigestKind;

struct KrDigest {
    const KrDigestKind *kind;
    uint64_t total;                // bytes so far
    int filled;                    // bytes in block
    uint8_t block[KR_DIGEST_BLOCK];
    union {
        uint32_t words[16];
        uint64_t longs[25];
    } state;
    int size;                      // BLAKE2: bytes of the digest
    int last_node;                 // BLAKE2
};

void kr_digest_start(KrDigest *digest, const KrDigestKind *kind);
void kr_digest_update(KrDigest *digest, const uint8_t *data, size_t size);
// Writes the digest of what came so far; [digest] stays as it is.
void kr_digest_read(const KrDigest *digest, uint8_t *ret_bytes);

extern const KrDigestKind kr_digest_md5, kr_digest_sha1;
extern const KrDigestKind kr_digest_sha224, kr_digest_sha256, kr_digest_sha384, kr_digest_sha512;
extern const KrDigestKind kr_digest_sha3_224, kr_digest_sha3_256, kr_digest_sha3_384,
    kr_digest_sha3_512;
extern const KrDigestKind kr_digest_shake_128, kr_digest_shake_256;
extern const KrDigestKind kr_digest_blake2b, kr_digest_blake2s;

// SHAKE: [size] bytes of output.
void kr_keccak_squeeze(const KrDigest *digest, uint8_t *ret_bytes, size_t size);

// BLAKE2's parameter block.
typedef struct KrBlake2 {
    int digest_size, key_size;
    const uint8_t *key, *salt, *person;   // salt and person: 16 or 8 bytes, zeros behind
    int fanout, depth;
    uint32_t leaf_size;
    uint64_t node_offset;
    int node_depth, inner_size, last_node;
} KrBlake2;

void kr_blake2_start(KrDigest *digest, const KrDigestKind *kind, const KrBlake2 *parameters);

#endif
