// iso.c - reading ISO 8601: calendar and week dates, times with fractions, offsets.
//
// A text is read as single bytes; a character that is no ASCII becomes a byte that fits nowhere but as the
// separator of date and time.
#include "modules/_datetime/datetimes.h"

#define LONGEST 128

typedef struct Reader {
    const char *at, *end;
} Reader;

static PyObject *raise_invalid(PyObject *text)
{
    return kr_raise(PyExc_ValueError, "Invalid isoformat string: %R", text);
}

// Copies [text] into [bytes], its length or -1.
static Py_ssize_t read_text(PyObject *text, char bytes[LONGEST])
{
    if (!PyUnicode_Check(text))
        return kr_raise_int(PyExc_TypeError, "fromisoformat: argument must be str");
    Py_ssize_t size = PyUnicode_GET_LENGTH(text);
    if (size >= LONGEST) {
        raise_invalid(text);
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_UCS4 letter = PyUnicode_READ_CHAR(text, i);
        bytes[i] = letter < 128 ? (char)letter : '\x01';
    }
    bytes[size] = '\0';
    return size;
}

static bool read_digits(Reader *reader, int count, int *ret_number)
{
    int number = 0;
    if (reader->end - reader->at < count) return false;
    for (int i = 0; i < count; i++, reader->at++) {
        if (!Py_ISDIGIT(*reader->at)) return false;
        number = number * 10 + *reader->at - '0';
    }
    *ret_number = number;
    return true;
}

static bool skip(Reader *reader, char letter)
{
    if (reader->at == reader->end || *reader->at != letter) return false;
    reader->at++;
    return true;
}

// ---- dates: YYYY-MM-DD, YYYYMMDD, YYYY-Www[-D], YYYYWww[D] ----------------------------------------

static bool read_week(Reader *reader, int year, bool dashed, KrMoment *ret_day)
{
    int week, weekday = 1;
    if (!read_digits(reader, 2, &week)) return false;
    if (reader->at < reader->end) {
        if (dashed && !skip(reader, '-')) return false;
        if (!read_digits(reader, 1, &weekday)) return false;
    }
    if (kr_calendar_from_iso(year, week, weekday, ret_day) == 0) return true;
    PyErr_Clear();
    return false;
}

static bool read_date(Reader *reader, KrMoment *ret_day)
{
    int year, month, day;
    if (!read_digits(reader, 4, &year)) return false;
    bool dashed = skip(reader, '-');
    if (skip(reader, 'W')) return read_week(reader, year, dashed, ret_day) && reader->at == reader->end;
    if (!read_digits(reader, 2, &month) || (dashed && !skip(reader, '-')) || !read_digits(reader, 2, &day))
        return false;
    ret_day->year = year;
    ret_day->month = month;
    ret_day->day = day;
    return reader->at == reader->end;
}

// ---- times: HH[:MM[:SS[.ffffff]]] or without colons, and an offset -----------------------------------

static bool read_fraction(Reader *reader, int *ret_microsecond)
{
    int digits = 0, number = 0;
    for (; reader->at < reader->end; reader->at++) {
        if (!Py_ISDIGIT(*reader->at)) return false;
        if (digits < 6) {
            number = number * 10 + *reader->at - '0';
            digits++;
        }
    }
    if (digits == 0) return false;
    for (; digits < 6; digits++) number *= 10;
    *ret_microsecond = number;
    return true;
}

static bool read_clock(Reader *reader, KrMoment *ret_time)
{
    int *parts[] = {&ret_time->hour, &ret_time->minute, &ret_time->second};
    bool colons = false;
    for (int i = 0; i < 3; i++) {
        if (!read_digits(reader, 2, parts[i])) return false;
        if (reader->at == reader->end) return true;
        if (i == 0) colons = *reader->at == ':';
        if (i == 2) break;
        if (colons && !skip(reader, ':')) return false;
    }
    if (!skip(reader, '.') && !skip(reader, ',')) return false;
    return read_fraction(reader, &ret_time->microsecond);
}

// A sign, then an offset: the new timezone in [ret_zone].  0; -1 with an exception; 1 if it is no offset.
static int read_offset(Reader *reader, PyObject **ret_zone)
{
    KrMoment moment = {0};
    int sign = *reader->at++ == '-' ? -1 : 1;
    if (!read_clock(reader, &moment)) return 1;
    int seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second;
    KR_AUTO PyObject *offset = kr_delta_new(0, sign * seconds, sign * moment.microsecond, 1, &kr_delta_type);
    PyObject *zone = offset == NULL ? NULL : kr_zone_new(offset, NULL);
    if (zone == NULL) return -1;
    *ret_zone = zone;
    return 0;
}

// As read_offset; no offset at all leaves None.
static int read_time(Reader *reader, KrMoment *ret_time, PyObject **ret_zone)
{
    Reader clock = *reader;
    const char *sign = reader->at;
    while (sign < reader->end && *sign != '+' && *sign != '-' && *sign != 'Z') sign++;
    clock.end = sign;
    if (!read_clock(&clock, ret_time)) return 1;
    reader->at = sign;
    *ret_zone = NULL;
    if (sign == reader->end) *ret_zone = Py_NewRef(Py_None);
    else if (*sign != 'Z') return read_offset(reader, ret_zone);
    else if (sign + 1 != reader->end) return 1;
    else *ret_zone = Py_NewRef(kr_zone_utc);
    return 0;
}

// ---- the three constructors --------------------------------------------------------------------------

PyObject *kr_iso_date(PyObject *type, PyObject *text)
{
    char bytes[LONGEST];
    KrMoment moment = {0};
    Py_ssize_t size = read_text(text, bytes);
    if (size < 0) return NULL;
    Reader reader = {bytes, bytes + size};
    if ((size != 7 && size != 8 && size != 10) || !read_date(&reader, &moment)) return raise_invalid(text);
    return kr_date_create(type, &moment);
}

PyObject *kr_iso_time(PyObject *type, PyObject *text)
{
    char bytes[LONGEST];
    KrMoment moment = {0};
    Py_ssize_t size = read_text(text, bytes);
    if (size < 0) return NULL;
    Reader reader = {bytes, bytes + size};
    skip(&reader, 'T');
    KR_AUTO PyObject *zone = NULL;
    int found = read_time(&reader, &moment, &zone);
    if (found != 0) return found < 0 ? NULL : raise_invalid(text);
    if (type == (PyObject *)&kr_time_type) return kr_time_new(&moment, zone, 0, &kr_time_type);
    return PyObject_CallFunction(type, "iiiiO", moment.hour, moment.minute, moment.second,
                                 moment.microsecond, zone);
}

// Where the date ends: the digits and dashes say which of the forms it is.
static Py_ssize_t find_separator(const char *bytes, Py_ssize_t size)
{
    if (size == 7) return 7;
    if (bytes[4] == '-') {
        if (bytes[5] != 'W') return 10;
        if (size < 8 || bytes[8] != '-') return 8;       // YYYY-Www
        if (size == 9) return -1;                        // YYYY-Www-
        // YYYY-Www-D, or YYYY-Www with a dash as the separator of HH.
        return size > 10 && Py_ISDIGIT(bytes[10]) ? 8 : 10;
    }
    if (bytes[4] != 'W') return 8;
    Py_ssize_t digits = 7;
    while (digits < size && Py_ISDIGIT(bytes[digits])) digits++;
    if (digits < 9) return digits;
    return digits % 2 == 0 ? 7 : 8;                      // YYYYWwwHH… or YYYYWwwDHH…
}

PyObject *kr_iso_datetime(PyObject *type, PyObject *text)
{
    char bytes[LONGEST];
    KrMoment moment = {0};
    Py_ssize_t size = read_text(text, bytes);
    if (size < 0) return NULL;
    Py_ssize_t split = size < 7 ? -1 : find_separator(bytes, size);
    Reader date = {bytes, bytes + split};
    if (split < 0 || split > size || !read_date(&date, &moment)) return raise_invalid(text);
    KR_AUTO PyObject *zone = NULL;
    if (split < size) {
        Reader time = {bytes + split + 1, bytes + size};
        int found = read_time(&time, &moment, &zone);
        if (found != 0) return found < 0 ? NULL : raise_invalid(text);
    }
    return kr_datetime_create(type, &moment, zone == NULL ? Py_None : zone, 0);
}
