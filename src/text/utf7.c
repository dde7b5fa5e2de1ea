// utf7.c - UTF-7 (RFC 2152): ASCII with runs of base64 between '+' and '-'.
#include "text/decode.h"
#include "text/encode.h"

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_value(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static int is_white(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Whether an encoder may write [c] as itself.  Optional characters can be kept out, as can white
// space.
static int stands_for_itself(uint32_t c, int encode_white, int encode_optional)
{
    if (c == 0 || c >= 0x80 || c == '+' || c == '\\' || c == '~') return 0;
    if (is_white(c)) return !encode_white;
    if (c < ' ' || c == 0x7f) return 0;
    return !encode_optional || !strchr("!\"#$%&*;<=>@[]^_`{|}", (int)c);
}

ptrdiff_t kr_utf7_encode(KrText text, int base64_whitespace, int base64_optional,
                         uint8_t *ret_bytes)
{
    uint8_t *to = ret_bytes;
    int in_shift = 0, bits = 0;
    uint64_t buffer = 0;
    for (ptrdiff_t i = 0; i < text.length; i++) {
        uint32_t c = kr_text_read(text.kind, text.data, i);
        int direct = stands_for_itself(c, base64_whitespace, base64_optional);
        if (in_shift && direct) {
            if (bits) *to++ = (uint8_t)BASE64[buffer << (6 - bits) & 63];
            in_shift = bits = 0;
            // A character that could be read as more base64 needs the '-'.
            if (base64_value((uint8_t)c) >= 0 || c == '-') *to++ = '-';
        }
        if (!in_shift && c == '+') {
            *to++ = '+';
            *to++ = '-';
            continue;
        }
        if (direct) {
            *to++ = (uint8_t)c;
            continue;
        }
        if (!in_shift) *to++ = '+';
        in_shift = 1;
        if (c >= 0x10000) {
            buffer = buffer << 32 | (0xd7c0 + (c >> 10)) << 16 | 0xdc00 | (c & 0x3ff);
            bits += 32;
        } else {
            buffer = buffer << 16 | c;
            bits += 16;
        }
        for (; bits >= 6; bits -= 6) *to++ = (uint8_t)BASE64[buffer >> (bits - 6) & 63];
    }
    if (bits) *to++ = (uint8_t)BASE64[buffer << (6 - bits) & 63];
    if (in_shift) *to++ = '-';
    return to - ret_bytes;
}

typedef struct Decoder {
    KrUtf7State *state;
    uint32_t *to;
} Decoder;

// A whole UTF-16 unit came out of a shift sequence.
static void take_unit(Decoder *d, uint32_t unit)
{
    KrUtf7State *s = d->state;
    if (s->surrogate) {
        uint32_t high = s->surrogate;
        s->surrogate = 0;
        if ((unit & 0xfc00) == 0xdc00) {
            *d->to++ = 0x10000 + ((high & 0x3ff) << 10 | (unit & 0x3ff));
            return;
        }
        *d->to++ = high;
    }
    if ((unit & 0xfc00) == 0xd800)
        s->surrogate = unit;
    else
        *d->to++ = unit;
}

static void take_base64(Decoder *d, int value)
{
    KrUtf7State *s = d->state;
    s->base64_buffer = s->base64_buffer << 6 | (uint32_t)value;
    s->base64_bits += 6;
    if (s->base64_bits < 16) return;
    s->base64_bits -= 16;
    uint32_t unit = s->base64_buffer >> s->base64_bits & 0xffff;
    s->base64_buffer &= (1u << s->base64_bits) - 1;
    take_unit(d, unit);
}

// The shift sequence ends before [c]: the reason why it is wrong, or NULL.
static const char *leave_shift(Decoder *d, uint8_t c)
{
    KrUtf7State *s = d->state;
    s->in_shift = 0;
    if (s->base64_bits >= 6) return "partial character in shift sequence";
    if (s->base64_bits > 0 && s->base64_buffer) return "non-zero padding bits in shift sequence";
    if (s->surrogate && c < 0x80 && c != '+') *d->to++ = s->surrogate;
    s->surrogate = 0;
    return NULL;
}

// The data ends inside a shift sequence.
static void end_in_shift(Decoder *d, uint32_t *characters, ptrdiff_t size, int final,
                         KrDecodeStop *stop)
{
    KrUtf7State *s = d->state;
    if (!final) {
        stop->consumed = s->shift_start;
        stop->written = s->shift_written;
        *s = (KrUtf7State){0};
        return;
    }
    if (s->surrogate || s->base64_bits >= 6 || (s->base64_bits > 0 && s->base64_buffer)) {
        stop->consumed = s->shift_start;
        stop->end = size;
        stop->incomplete = 1;
        stop->reason = "unterminated shift sequence";
    } else {
        stop->consumed = size;
    }
    *s = (KrUtf7State){0};
    stop->written = d->to - characters;
}

void kr_utf7_decode(const uint8_t *data, ptrdiff_t size, int final, KrUtf7State *state,
                    uint32_t *ret_characters, KrDecodeStop *ret_stop)
{
    *ret_stop = (KrDecodeStop){0};
    Decoder d = {state, ret_characters};
    ptrdiff_t i = 0;
    const char *reason = NULL;
    while (i < size && reason == NULL) {
        uint8_t c = data[i];
        if (state->in_shift) {
            int value = base64_value(c);
            if (value >= 0) {
                take_base64(&d, value);
                i++;
                continue;
            }
            reason = leave_shift(&d, c);
            if (reason) {
                i++;
                break;
            }
            if (c == '-') i++;
            continue;
        }
        if (c == '+') {
            *state = (KrUtf7State){.shift_start = i, .shift_written = d.to - ret_characters};
            i++;
            if (i < size && data[i] == '-') {
                *d.to++ = '+';
                i++;
            } else if (i < size && base64_value(data[i]) < 0) {
                i++;
                reason = "ill-formed sequence";
            } else {
                state->in_shift = 1;
            }
        } else if (c < 0x80) {
            *d.to++ = c;
            i++;
        } else {
            state->shift_start = i++;
            reason = "unexpected special character";
        }
    }
    ret_stop->consumed = reason ? state->shift_start : size;
    ret_stop->end = reason ? i : 0;
    ret_stop->reason = reason;
    ret_stop->written = d.to - ret_characters;
    if (reason)
        *state = (KrUtf7State){0};
    else if (state->in_shift)
        end_in_shift(&d, ret_characters, size, final, ret_stop);
}
