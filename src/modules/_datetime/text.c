// text.c - strftime, ctime, isoformat's time, time tuples, and the end of repr().
#include "modules/_datetime/datetimes.h"

// ---- strftime: what time.strftime does not know is filled in before ------------------------------

static BORROWED PyObject *zone_of(PyObject *self)
{
    if (kr_is_datetime(self)) return kr_datetime_zone(self);
    return kr_is_time(self) ? kr_time_zone(self) : Py_None;
}

static PyObject *offset_text(PyObject *self, PyObject *argument)
{
    KR_AUTO PyObject *offset = kr_zone_offset(zone_of(self), "utcoffset", argument);
    if (offset == NULL) return NULL;
    return offset == Py_None ? PyUnicode_FromString("") : kr_zone_offset_text(offset, "");
}

static PyObject *name_text(PyObject *self, PyObject *argument)
{
    KR_AUTO PyObject *name = kr_zone_name(zone_of(self), argument);
    if (name == NULL) return NULL;
    if (name == Py_None) return PyUnicode_FromString("");
    KR_AUTO PyObject *text = PyObject_CallMethod(name, "replace", "ss", "%", "%%");
    if (text == NULL) return NULL;
    if (!PyUnicode_Check(text))
        return kr_raise(PyExc_TypeError, "tzname.replace() did not return a string");
    // A name that is no text of UTF-8 cannot be part of a format.
    if (PyUnicode_AsUTF8(text) == NULL) return NULL;
    return kr_take(text);
}

static PyObject *fraction_text(PyObject *self)
{
    KrMoment moment = {0};
    if (kr_is_datetime(self)) kr_datetime_moment(self, &moment);
    else if (kr_is_time(self)) kr_time_moment(self, &moment);
    return PyUnicode_FromFormat("%06d", moment.microsecond);
}

static int write_directive(_PyUnicodeWriter *writer, PyObject *self, Py_UCS4 letter, PyObject *argument)
{
    if (letter != 'z' && letter != 'Z' && letter != 'f') {
        if (_PyUnicodeWriter_WriteChar(writer, '%') < 0) return -1;
        return _PyUnicodeWriter_WriteChar(writer, letter);
    }
    KR_AUTO PyObject *text = letter == 'z'   ? offset_text(self, argument)
                             : letter == 'Z' ? name_text(self, argument)
                                             : fraction_text(self);
    return text == NULL ? -1 : _PyUnicodeWriter_WriteStr(writer, text);
}

static PyObject *fill_in(PyObject *self, PyObject *format, PyObject *argument)
{
    _PyUnicodeWriter writer;
    Py_ssize_t size = PyUnicode_GET_LENGTH(format);
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_UCS4 letter = PyUnicode_READ_CHAR(format, i);
        int failed = letter == '%' && i + 1 < size
                         ? write_directive(&writer, self, PyUnicode_READ_CHAR(format, ++i), argument)
                         : _PyUnicodeWriter_WriteChar(&writer, letter);
        if (failed < 0) {
            _PyUnicodeWriter_Dealloc(&writer);
            return NULL;
        }
    }
    return _PyUnicodeWriter_Finish(&writer);
}

PyObject *kr_text_strftime(PyObject *self, PyObject *format, PyObject *timetuple, PyObject *zone_argument)
{
    KR_AUTO PyObject *filled = fill_in(self, format, zone_argument);
    KR_AUTO PyObject *module = filled == NULL ? NULL : PyImport_ImportModule("time");
    if (module == NULL) return NULL;
    return PyObject_CallMethod(module, "strftime", "OO", filled, timetuple);
}

PyObject *kr_text_format(PyObject *self, PyObject *format)
{
    if (PyUnicode_GET_LENGTH(format) == 0) return PyObject_Str(self);
    return PyObject_CallMethodOneArg(self, ID(strftime), format);
}

// ---- fixed forms ----------------------------------------------------------------------------------

PyObject *kr_text_struct_time(const KrMoment *moment, int dst_flag)
{
    KR_AUTO PyObject *module = PyImport_ImportModule("time");
    if (module == NULL) return NULL;
    int year = moment->year, month = moment->month, day = moment->day;
    return PyObject_CallMethod(module, "struct_time", "((iiiiiiiii))", year, month, day, moment->hour,
                               moment->minute, moment->second, kr_calendar_weekday(year, month, day),
                               kr_calendar_day_of_year(year, month, day), dst_flag);
}

PyObject *kr_text_ctime(PyObject *date, int hour, int minute, int second)
{
    static const char days[] = "MonTueWedThuFriSatSun", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int year = PyDateTime_GET_YEAR(date), month = PyDateTime_GET_MONTH(date), day = PyDateTime_GET_DAY(date);
    char text[64];
    snprintf(text, sizeof text, "%.3s %.3s %2d %02d:%02d:%02d %04d",
             days + 3 * kr_calendar_weekday(year, month, day), months + 3 * (month - 1), day, hour, minute,
             second, year);
    return PyUnicode_FromString(text);
}

PyObject *kr_text_time(const KrMoment *moment, const char *timespec)
{
    static const char *const names[] = {"hours", "minutes", "seconds", "milliseconds", "microseconds"};
    char text[96];
    int level = moment->microsecond != 0 ? 4 : 2;
    if (strcmp(timespec, "auto") != 0)
        for (level = 0; level < 5 && strcmp(timespec, names[level]) != 0;) level++;
    if (level == 5) return kr_raise(PyExc_ValueError, "Unknown timespec value");
    int used = snprintf(text, sizeof text, "%02d", moment->hour);
    if (level >= 1) used += snprintf(text + used, 16, ":%02d", moment->minute);
    if (level >= 2) used += snprintf(text + used, 16, ":%02d", moment->second);
    if (level == 3) snprintf(text + used, 16, ".%03d", moment->microsecond / 1000);
    if (level == 4) snprintf(text + used, 16, ".%06d", moment->microsecond);
    return PyUnicode_FromString(text);
}

PyObject *kr_text_with_zone(STEALS PyObject *text, PyObject *tzinfo, int fold)
{
    KR_AUTO PyObject *owned = text;
    if (owned == NULL || (tzinfo == Py_None && !fold)) return kr_take(owned);
    Py_ssize_t inside = PyUnicode_GET_LENGTH(owned) - 1;
    KR_AUTO PyObject *start = PyUnicode_Substring(owned, 0, inside);
    if (start == NULL) return NULL;
    const char *ending = fold ? ", fold=1)" : ")";
    if (tzinfo == Py_None) return PyUnicode_FromFormat("%U%s", start, ending);
    return PyUnicode_FromFormat("%U, tzinfo=%R%s", start, tzinfo, ending);
}
