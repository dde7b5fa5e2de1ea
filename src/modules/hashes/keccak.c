// keccak.c - SHA-3 and SHAKE (FIPS 202): the sponge Keccak-f[1600].
#include "base/bits.h"
#include "modules/hashes/digest.h"

static const uint64_t round_constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static void permute(uint64_t *lanes)
{
    static const int rotations[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                      27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
    static const int places[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                   15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
    for (int round = 0; round < 24; round++) {
        uint64_t columns[5], row[5], moved = lanes[1];
        for (int x = 0; x < 5; x++)
            columns[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
        for (int x = 0; x < 5; x++) {
            uint64_t mix = columns[(x + 4) % 5] ^ kr_rotate_left(columns[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5) lanes[x + y] ^= mix;
        }
        moved = lanes[1];
        for (int i = 0; i < 24; i++) {
            uint64_t next = lanes[places[i]];
            lanes[places[i]] = kr_rotate_left(moved, rotations[i]);
            moved = next;
        }
        for (int y = 0; y < 25; y += 5) {
            memcpy(row, lanes + y, sizeof row);
            for (int x = 0; x < 5; x++)
                lanes[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
        }
        lanes[0] ^= round_constants[round];
    }
}

static void start(KrDigest *digest)
{
    memset(digest->state.longs, 0, sizeof digest->state.longs);
}

static void absorb(KrDigest *digest, const uint8_t *block)
{
    for (int i = 0; i < digest->kind->block_size / 8; i++)
        digest->state.longs[i] ^= kr_load_64(block + 8 * i);
    permute(digest->state.longs);
}

// Pads, and writes [size] bytes.
static void squeeze(KrDigest *digest, uint8_t *to, size_t size)
{
    size_t rate = (size_t)digest->kind->block_size;
    memset(digest->block + digest->filled, 0, rate - (size_t)digest->filled);
    digest->block[digest->filled] ^= digest->kind->suffix;
    digest->block[rate - 1] ^= 0x80;
    absorb(digest, digest->block);
    while (size > 0) {
        size_t part = size < rate ? size : rate;
        memcpy(to, digest->state.longs, part);
        to += part;
        size -= part;
        if (size > 0) permute(digest->state.longs);
    }
}

static void finish(KrDigest *digest, uint8_t *ret_bytes)
{
    squeeze(digest, ret_bytes, (size_t)digest->kind->digest_size);
}

void kr_keccak_squeeze(const KrDigest *digest, uint8_t *ret_bytes, size_t size)
{
    KrDigest copy = *digest;
    squeeze(&copy, ret_bytes, size);
}

const KrDigestKind kr_digest_sha3_224 = {"sha3_224", 28, 144, start, absorb, finish, NULL, 6, 0};
const KrDigestKind kr_digest_sha3_256 = {"sha3_256", 32, 136, start, absorb, finish, NULL, 6, 0};
const KrDigestKind kr_digest_sha3_384 = {"sha3_384", 48, 104, start, absorb, finish, NULL, 6, 0};
const KrDigestKind kr_digest_sha3_512 = {"sha3_512", 64, 72, start, absorb, finish, NULL, 6, 0};
const KrDigestKind kr_digest_shake_128 = {"shake_128", 0, 168, start, absorb, finish, NULL, 31, 0};
const KrDigestKind kr_digest_shake_256 = {"shake_256", 0, 136, start, absorb, finish, NULL, 31, 0};
