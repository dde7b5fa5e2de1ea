// charmap.c - bytes to characters by a table of 256.
#include "text/decode.h"

void kr_charmap_decode(const uint8_t *data, ptrdiff_t size, KrText table, uint32_t *ret_characters,
                       KrDecodeStop *ret_stop)
{
    ptrdiff_t i = 0;
    *ret_stop = (KrDecodeStop){0};
    for (; i < size; i++) {
        uint32_t c =
            data[i] < table.length ? kr_text_read(table.kind, table.data, data[i]) : 0xfffe;
        if (c == 0xfffe) {
            ret_stop->end = i + 1;
            ret_stop->reason = "character maps to <undefined>";
            break;
        }
        ret_characters[i] = c;
    }
    ret_stop->consumed = ret_stop->written = i;
}
