// blake2.c - BLAKE2b and BLAKE2s (RFC 7693) with all parameters.
//
// The initial states are those of SHA-512 and SHA-256.  The last block is not taken before it is
// known to be the last.
#include "base/bits.h"
#include "modules/hashes/digest.h"

static const uint64_t initial_b[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static const uint8_t schedule[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

// Columns, then diagonals.
static const uint8_t quarters[8][4] = {
    {0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15},
    {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14},
};

#define DEFINE_COMPRESS(name, word, field, bits, rounds, r1, r2, r3, r4, load, initial)           \
    static inline word name##_right(word value, int count)                                        \
    {                                                                                             \
        return value >> count | value << (bits - count);                                          \
    }                                                                                             \
    static void name(KrDigest *digest, const uint8_t *block, int is_last)                         \
    {                                                                                             \
        word v[16], m[16], *h = digest->state.field;                                              \
        for (int i = 0; i < 16; i++) m[i] = load(block + bits / 8 * i);                           \
        for (int i = 0; i < 8; i++) {                                                             \
            v[i] = h[i];                                                                          \
            v[i + 8] = (word)(initial);                                                           \
        }                                                                                         \
        v[12] ^= (word)digest->total;                                                             \
        v[13] ^= (word)(bits == 32 ? digest->total >> 32 : 0);                                    \
        if (is_last) v[14] = ~v[14];                                                              \
        if (is_last && digest->last_node) v[15] = ~v[15];                                         \
        for (int round = 0; round < rounds; round++)                                              \
            for (int i = 0; i < 8; i++) {                                                         \
                const uint8_t *q = quarters[i], *s = schedule[round % 10] + 2 * i;                \
                word *a = v + q[0], *b = v + q[1], *c = v + q[2], *d = v + q[3];                  \
                *a += *b + m[s[0]];                                                               \
                *d = name##_right(*d ^ *a, r1);                                                   \
                *c += *d;                                                                         \
                *b = name##_right(*b ^ *c, r2);                                                   \
                *a += *b + m[s[1]];                                                               \
                *d = name##_right(*d ^ *a, r3);                                                   \
                *c += *d;                                                                         \
                *b = name##_right(*b ^ *c, r4);                                                   \
            }                                                                                     \
        for (int i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8];                                      \
    }
DEFINE_COMPRESS(compress_b, uint64_t, longs, 64, 12, 32, 24, 16, 63, kr_load_64, initial_b[i])
DEFINE_COMPRESS(compress_s, uint32_t, words, 32, 10, 16, 12, 8, 7, kr_load_32, initial_b[i] >> 32)

static int is_b(const KrDigest *digest)
{
    return digest->kind == &kr_digest_blake2b;
}

static void absorb(KrDigest *digest, const uint8_t *block)
{
    if (is_b(digest))
        compress_b(digest, block, 0);
    else
        compress_s(digest, block, 0);
}

static void finish(KrDigest *digest, uint8_t *ret_bytes)
{
    memset(digest->block + digest->filled, 0, (size_t)(digest->kind->block_size - digest->filled));
    if (is_b(digest))
        compress_b(digest, digest->block, 1);
    else
        compress_s(digest, digest->block, 1);
    memcpy(ret_bytes, &digest->state, (size_t)digest->size);
}

void kr_blake2_start(KrDigest *digest, const KrDigestKind *kind, const KrBlake2 *p)
{
    memset(digest, 0, sizeof *digest);
    digest->kind = kind;
    digest->size = p->digest_size;
    digest->last_node = p->last_node;
    int b = is_b(digest), half = b ? 16 : 8;
    uint8_t block[64] = {(uint8_t)p->digest_size, (uint8_t)p->key_size, (uint8_t)p->fanout,
                         (uint8_t)p->depth};
    kr_store_32(block + 4, p->leaf_size);
    kr_store_64(block + 8, p->node_offset);
    block[b ? 16 : 14] = (uint8_t)p->node_depth;
    block[b ? 17 : 15] = (uint8_t)p->inner_size;
    if (p->salt) memcpy(block + 2 * half, p->salt, (size_t)half);
    if (p->person) memcpy(block + 3 * half, p->person, (size_t)half);
    for (int i = 0; i < 8; i++) {
        if (b)
            digest->state.longs[i] = initial_b[i] ^ kr_load_64(block + 8 * i);
        else
            digest->state.words[i] = (uint32_t)(initial_b[i] >> 32) ^ kr_load_32(block + 4 * i);
    }
    if (p->key_size == 0) return;
    uint8_t padded[128] = {0};
    memcpy(padded, p->key, (size_t)p->key_size);
    kr_digest_update(digest, padded, (size_t)kind->block_size);
}

static void start(KrDigest *digest)
{
    kr_blake2_start(
        digest, digest->kind,
        &(KrBlake2){.digest_size = digest->kind->digest_size, .fanout = 1, .depth = 1});
}

const KrDigestKind kr_digest_blake2b = {"blake2b", 64, 128, start, absorb, finish, NULL, 0, 1};
const KrDigestKind kr_digest_blake2s = {"blake2s", 32, 64, start, absorb, finish, NULL, 0, 1};
