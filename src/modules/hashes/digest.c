// digest.c - collecting blocks, the same for all hash functions.
#include "modules/hashes/digest.h"

void kr_digest_start(KrDigest *digest, const KrDigestKind *kind)
{
    memset(digest, 0, sizeof *digest);
    digest->kind = kind;
    digest->size = kind->digest_size;
    kind->start(digest);
}

void kr_digest_update(KrDigest *digest, const uint8_t *data, size_t size)
{
    size_t block = (size_t)digest->kind->block_size, keep = (size_t)digest->kind->keeps_last_block;
    while (size > 0) {
        if (digest->filled == 0 && size >= block + keep) {
            digest->total += block;
            digest->kind->absorb(digest, data);
            data += block;
            size -= block;
            continue;
        }
        if ((size_t)digest->filled == block) {
            digest->kind->absorb(digest, digest->block);
            digest->filled = 0;
            continue;
        }
        size_t part = block - (size_t)digest->filled;
        if (part > size) part = size;
        memcpy(digest->block + digest->filled, data, part);
        digest->filled += (int)part;
        digest->total += part;
        data += part;
        size -= part;
        if ((size_t)digest->filled == block && !keep) {
            digest->kind->absorb(digest, digest->block);
            digest->filled = 0;
        }
    }
}

void kr_digest_read(const KrDigest *digest, uint8_t *ret_bytes)
{
    KrDigest copy = *digest;
    copy.kind->finish(&copy, ret_bytes);
}
