// list_sort.c - list.sort: a stable merge sort that makes use of order that is already there.
//
// Ascending and strictly descending runs are found, short ones grown by binary insertion, and
// merged in the order of powersort (Munro and Wild, "Nearly-Optimal Mergesorts", 2018).  A merge
// in which one side wins many times in a row gallops, as in timsort (Tim Peters, 2002).
//
//   KrSortItem  [ key, or its value as a machine number | value ]
//
// (1) Comparing may run Python code: the items sorted are a copy, which nobody else sees.
// (2) After a failed compare the items are some permutation of what they were.
// (3) Keys are held by the caller.  Keys that are all exact small ints or floats are compared as
//     numbers.
#include "objects/containers/list.h"

#include "objects/errors/raise.h"
#include "abstract.h"
#include "boolobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "cpython/longintrepr.h"
#include "pyerrors.h"
#include "pymem.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { MIN_GALLOP = 7, RUNS_MAX = 85 };

typedef struct KrSortItem {
    union {
        PyObject *key;
        int64_t integer;
        double number;
    };
    PyObject *value;
} KrSortItem;

enum KrSortMode { SORT_OBJECTS, SORT_ONE_TYPE, SORT_TUPLES, SORT_TEXT, SORT_INTEGERS,
                 SORT_NUMBERS };

typedef struct KrSortRun {
    Py_ssize_t start, length;
    int power;  // of the boundary to the next run
} KrSortRun;

typedef struct KrSort {
    enum KrSortMode mode;
    PyTypeObject *type;  // SORT_ONE_TYPE
    KrSortItem *items;
    Py_ssize_t count;
    KrSortItem *spare;
    Py_ssize_t spare_size;
    Py_ssize_t min_gallop;
    int run_count;
    KrSortRun runs[RUNS_MAX];
} KrSort;

// What is left of a merge: both sides, and where the next item goes.
typedef struct KrSortMerge {
    KrSortItem *left, *right, *target;
    Py_ssize_t left_count, right_count;
} KrSortMerge;

// ---- comparing --------------------------------------------------------------------------------

static int truth_of(PyObject *result)
{
    if (result == NULL) return -1;
    int truth = result == Py_True ? 1 : result == Py_False ? 0 : PyObject_IsTrue(result);
    Py_DECREF(result);
    return truth;
}

static int less_objects(PyObject *left, PyObject *right)
{
    return truth_of(PyObject_RichCompare(left, right, Py_LT));
}

static int less_one_type(PyTypeObject *type, PyObject *left, PyObject *right)
{
    if (Py_TYPE(left) != type || Py_TYPE(right) != type) return less_objects(left, right);
    PyObject *result = type->tp_richcompare(left, right, Py_LT);
    if (result != Py_NotImplemented) return truth_of(result);
    Py_DECREF(result);
    return less_objects(left, right);
}

static int less_text(PyObject *left, PyObject *right)
{
    Py_ssize_t own = PyUnicode_GET_LENGTH(left), others = PyUnicode_GET_LENGTH(right);
    int order = memcmp(PyUnicode_DATA(left), PyUnicode_DATA(right),
                       (size_t)(own < others ? own : others));
    return order < 0 || (order == 0 && own < others);
}

static bool is_small_int(PyObject *key)
{
    Py_ssize_t digits = Py_SIZE(key);
    return digits >= -2 && digits <= 2;
}

static int64_t small_int_value(PyObject *key)
{
    const digit *digits = ((PyLongObject *)key)->ob_digit;
    switch (Py_SIZE(key)) {
    case 0: return 0;
    case 1: return digits[0];
    case -1: return -(int64_t)digits[0];
    case 2: return (int64_t)digits[1] << PyLong_SHIFT | digits[0];
    default: return -((int64_t)digits[1] << PyLong_SHIFT | digits[0]);
    }
}

static bool is_narrow(PyObject *key)
{
    return PyUnicode_KIND(key) == PyUnicode_1BYTE_KIND;
}

// The items of tuples are of any types; ints and text are compared at once.
static int less_items(PyObject *left, PyObject *right)
{
    if (PyLong_CheckExact(left) && PyLong_CheckExact(right) && is_small_int(left)
        && is_small_int(right))
        return small_int_value(left) < small_int_value(right);
    if (PyUnicode_CheckExact(left) && PyUnicode_CheckExact(right) && is_narrow(left)
        && is_narrow(right))
        return less_text(left, right);
    return less_objects(left, right);
}

static int less_tuples(PyObject *left, PyObject *right)
{
    Py_ssize_t own = PyTuple_GET_SIZE(left), others = PyTuple_GET_SIZE(right);
    for (Py_ssize_t i = 0; i < own && i < others; i++) {
        PyObject *item = PyTuple_GET_ITEM(left, i), *other = PyTuple_GET_ITEM(right, i);
        int equal = PyObject_RichCompareBool(item, other, Py_EQ);
        if (equal < 0) return -1;
        if (!equal) return less_items(item, other);
    }
    return own < others;
}

// 1: left < right, 0: not, -1: exception.
static inline int less(KrSort *sort, const KrSortItem *left, const KrSortItem *right)
{
    switch (sort->mode) {
    case SORT_INTEGERS: return left->integer < right->integer;
    case SORT_NUMBERS: return left->number < right->number;
    case SORT_TEXT: return less_text(left->key, right->key);
    case SORT_TUPLES: return less_tuples(left->key, right->key);
    case SORT_ONE_TYPE: return less_one_type(sort->type, left->key, right->key);
    default: return less_objects(left->key, right->key);
    }
}

static bool all_satisfy(PyObject *const *keys, Py_ssize_t count, bool (*predicate)(PyObject *))
{
    for (Py_ssize_t i = 0; i < count; i++)
        if (!predicate(keys[i])) return false;
    return true;
}

static void choose_mode(KrSort *sort, PyObject *const *keys)
{
    PyTypeObject *type = Py_TYPE(keys[0]);
    sort->mode = SORT_OBJECTS;
    for (Py_ssize_t i = 1; i < sort->count; i++)
        if (Py_TYPE(keys[i]) != type) return;
    if (type == &PyLong_Type && all_satisfy(keys, sort->count, is_small_int))
        sort->mode = SORT_INTEGERS;
    else if (type == &PyFloat_Type) sort->mode = SORT_NUMBERS;
    else if (type == &PyUnicode_Type && all_satisfy(keys, sort->count, is_narrow))
        sort->mode = SORT_TEXT;
    else if (type == &PyTuple_Type) sort->mode = SORT_TUPLES;
    else if (type->tp_richcompare != NULL) {
        sort->mode = SORT_ONE_TYPE;
        sort->type = type;
    }
}

// ---- runs -------------------------------------------------------------------------------------

static void reverse_items(KrSortItem *low, Py_ssize_t count)
{
    for (KrSortItem *high = low + count - 1; low < high; low++, high--) {
        KrSortItem swap = *low;
        *low = *high;
        *high = swap;
    }
}

// Length of the run at [items], which is ascending afterwards; -1 on failure.
static Py_ssize_t find_run(KrSort *sort, KrSortItem *items, Py_ssize_t count)
{
    if (count < 2) return count;
    int descending = less(sort, &items[1], &items[0]);
    if (descending < 0) return -1;
    Py_ssize_t length = 2;
    for (; length < count; length++) {
        int falls = less(sort, &items[length], &items[length - 1]);
        if (falls < 0) return -1;
        if (falls != descending) break;
    }
    if (descending) reverse_items(items, length);
    return length;
}

// Where [pivot] goes among items[0..count), behind equal ones.  Written so that no branch depends
// on the numbers.
#define DEFINE_PLACE(name, member)                                                                \
    static Py_ssize_t name(const KrSortItem *pivot, const KrSortItem *items, Py_ssize_t count)    \
    {                                                                                             \
        const KrSortItem *low = items;                                                            \
        while (count > 0) {                                                                       \
            Py_ssize_t half = count >> 1;                                                         \
            bool before = pivot->member < low[half].member;                                       \
            low = before ? low : low + half + 1;                                                  \
            count = before ? half : count - half - 1;                                             \
        }                                                                                         \
        return low - items;                                                                       \
    }
DEFINE_PLACE(place_of_integer, integer)
DEFINE_PLACE(place_of_number, number)

// The same for any mode; -1 on failure.
static Py_ssize_t place_of(KrSort *sort, const KrSortItem *pivot, const KrSortItem *items,
                           Py_ssize_t count)
{
    if (sort->mode == SORT_INTEGERS) return place_of_integer(pivot, items, count);
    if (sort->mode == SORT_NUMBERS) return place_of_number(pivot, items, count);
    Py_ssize_t low = 0, high = count;
    while (low < high) {
        Py_ssize_t middle = low + ((high - low) >> 1);
        int before = less(sort, pivot, &items[middle]);
        if (before < 0) return -1;
        if (before) high = middle;
        else low = middle + 1;
    }
    return low;
}

// Sorts items[0..count), of which the first [sorted] are in order.
static int insert_rest(KrSort *sort, KrSortItem *items, Py_ssize_t sorted, Py_ssize_t count)
{
    for (; sorted < count; sorted++) {
        KrSortItem pivot = items[sorted];
        Py_ssize_t low = place_of(sort, &pivot, items, sorted);
        if (low < 0) return -1;
        memmove(items + low + 1, items + low, (size_t)(sorted - low) * sizeof *items);
        items[low] = pivot;
    }
    return 0;
}

// Runs shorter than this are grown: 32 … 64, so that count / result is close to a power of two.
static Py_ssize_t minimum_run(Py_ssize_t count)
{
    Py_ssize_t odd = 0;
    while (count >= 64) {
        odd |= count & 1;
        count >>= 1;
    }
    return count + odd;
}

// ---- merging ----------------------------------------------------------------------------------

// [right]: the number of items <= key; else the number of items < key.  Looks around [hint] first.
static Py_ssize_t gallop(KrSort *sort, const KrSortItem *key, const KrSortItem *items,
                         Py_ssize_t count, Py_ssize_t hint, bool right)
{
#define BEFORE(i) (right ? less(sort, key, &items[i]) ^ 1 : less(sort, &items[i], key))
    Py_ssize_t low = 0, high = count, step = 1;
    int before = BEFORE(hint);
    if (before < 0) return -1;
    if (before) {
        for (low = hint + 1; hint + step < count; step = step * 2 + 1) {
            before = BEFORE(hint + step);
            if (before < 0) return -1;
            if (!before) {
                high = hint + step;
                break;
            }
            low = hint + step + 1;
        }
    } else {
        for (high = hint; hint - step >= 0; step = step * 2 + 1) {
            before = BEFORE(hint - step);
            if (before < 0) return -1;
            if (before) {
                low = hint - step + 1;
                break;
            }
            high = hint - step;
        }
    }
    while (low < high) {
        Py_ssize_t middle = low + ((high - low) >> 1);
        before = BEFORE(middle);
        if (before < 0) return -1;
        if (before) low = middle + 1;
        else high = middle;
    }
#undef BEFORE
    return low;
}

static void take_left(KrSortMerge *merge, Py_ssize_t count)
{
    memmove(merge->target, merge->left, (size_t)count * sizeof(KrSortItem));
    merge->target += count;
    merge->left += count;
    merge->left_count -= count;
}

static void take_right(KrSortMerge *merge, Py_ssize_t count)
{
    memmove(merge->target, merge->right, (size_t)count * sizeof(KrSortItem));
    merge->target += count;
    merge->right += count;
    merge->right_count -= count;
}

// Merges forward until one side is empty.  The left side lies in the spare room.
static int merge_forward(KrSort *sort, KrSortMerge *merge)
{
    while (merge->left_count > 0 && merge->right_count > 0) {
        Py_ssize_t left_wins = 0, right_wins = 0;
        while (merge->left_count > 0 && merge->right_count > 0
               && (left_wins | right_wins) < sort->min_gallop) {
            int right_first = less(sort, merge->right, merge->left);
            if (right_first < 0) return -1;
            if (right_first) {
                *merge->target++ = *merge->right++;
                merge->right_count--;
                right_wins++;
                left_wins = 0;
            } else {
                *merge->target++ = *merge->left++;
                merge->left_count--;
                left_wins++;
                right_wins = 0;
            }
        }
        left_wins = right_wins = MIN_GALLOP;
        while (merge->left_count > 0 && merge->right_count > 0 &&
               (left_wins >= MIN_GALLOP || right_wins >= MIN_GALLOP)) {
            if (sort->min_gallop > 1) sort->min_gallop--;
            left_wins = gallop(sort, merge->right, merge->left, merge->left_count, 0, true);
            if (left_wins < 0) return -1;
            take_left(merge, left_wins);
            take_right(merge, 1);
            if (merge->left_count == 0 || merge->right_count == 0) return 0;
            right_wins = gallop(sort, merge->left, merge->right, merge->right_count, 0, false);
            if (right_wins < 0) return -1;
            take_right(merge, right_wins);
            take_left(merge, 1);
        }
        sort->min_gallop++;  // leaving galloping has a price
    }
    return 0;
}

static void take_left_end(KrSortMerge *merge, Py_ssize_t count)
{
    merge->target -= count;
    merge->left_count -= count;
    memmove(merge->target, merge->left + merge->left_count, (size_t)count * sizeof(KrSortItem));
}

static void take_right_end(KrSortMerge *merge, Py_ssize_t count)
{
    merge->target -= count;
    merge->right_count -= count;
    memmove(merge->target, merge->right + merge->right_count, (size_t)count * sizeof(KrSortItem));
}

// Merges from the ends until one side is empty.  The right side lies in the spare room; target is
// the end.
static int merge_backward(KrSort *sort, KrSortMerge *merge)
{
    while (merge->left_count > 0 && merge->right_count > 0) {
        Py_ssize_t left_wins = 0, right_wins = 0;
        while (merge->left_count > 0 && merge->right_count > 0
               && (left_wins | right_wins) < sort->min_gallop) {
            int left_last = less(sort, &merge->right[merge->right_count - 1],
                                 &merge->left[merge->left_count - 1]);
            if (left_last < 0) return -1;
            if (left_last) {
                *--merge->target = merge->left[--merge->left_count];
                left_wins++;
                right_wins = 0;
            } else {
                *--merge->target = merge->right[--merge->right_count];
                right_wins++;
                left_wins = 0;
            }
        }
        left_wins = right_wins = MIN_GALLOP;
        while (merge->left_count > 0 && merge->right_count > 0 &&
               (left_wins >= MIN_GALLOP || right_wins >= MIN_GALLOP)) {
            if (sort->min_gallop > 1) sort->min_gallop--;
            Py_ssize_t count = merge->left_count;
            Py_ssize_t keep = gallop(sort, &merge->right[merge->right_count - 1], merge->left,
                                     count, count - 1, true);
            if (keep < 0) return -1;
            left_wins = count - keep;
            take_left_end(merge, left_wins);
            take_right_end(merge, 1);
            if (merge->left_count == 0 || merge->right_count == 0) return 0;
            count = merge->right_count;
            keep = gallop(sort, &merge->left[merge->left_count - 1], merge->right, count,
                          count - 1, false);
            if (keep < 0) return -1;
            right_wins = count - keep;
            take_right_end(merge, right_wins);
            take_left_end(merge, 1);
        }
        sort->min_gallop++;
    }
    return 0;
}

static int reserve_spare(KrSort *sort, Py_ssize_t count)
{
    if (sort->spare_size >= count) return 0;
    PyMem_Free(sort->spare);
    sort->spare = PyMem_New(KrSortItem, count);
    sort->spare_size = sort->spare == NULL ? 0 : count;
    if (sort->spare != NULL) return 0;
    PyErr_NoMemory();
    return -1;
}

// Merges run [index] with the next one.
static int merge_at(KrSort *sort, int index)
{
    KrSortRun *run = &sort->runs[index], *next = run + 1;
    KrSortItem *left = sort->items + run->start, *right = sort->items + next->start;
    Py_ssize_t left_count = run->length, right_count = next->length;
    assert(run->start + run->length == next->start);
    run->length += next->length;
    run->power = next->power;
    if (index + 2 < sort->run_count) sort->runs[index + 1] = sort->runs[index + 2];
    sort->run_count--;
    Py_ssize_t in_place = gallop(sort, right, left, left_count, 0, true);
    if (in_place < 0) return -1;
    left += in_place;
    left_count -= in_place;
    if (left_count == 0) return 0;
    right_count = gallop(sort, &left[left_count - 1], right, right_count, right_count - 1, false);
    if (right_count <= 0) return (int)right_count;
    bool forward = left_count <= right_count;
    Py_ssize_t spared = forward ? left_count : right_count;
    if (reserve_spare(sort, spared) < 0) return -1;
    memcpy(sort->spare, forward ? left : right, (size_t)spared * sizeof(KrSortItem));
    if (forward) {
        KrSortMerge merge = {sort->spare, right, left, left_count, right_count};
        int result = merge_forward(sort, &merge);
        // keeps (2)
        memcpy(merge.target, merge.left, (size_t)merge.left_count * sizeof(KrSortItem));
        return result;
    }
    KrSortMerge merge = {left, sort->spare, right + right_count, left_count, right_count};
    int result = merge_backward(sort, &merge);
    memcpy(merge.target - merge.right_count, merge.right,
           (size_t)merge.right_count * sizeof(KrSortItem));
    return result;
}

// Depth, in the ideal merge tree, of the boundary between two runs that start at [start].
static int power_of(Py_ssize_t start, Py_ssize_t first, Py_ssize_t second, Py_ssize_t count)
{
    uint64_t a = 2 * (uint64_t)start + (uint64_t)first, b = a + (uint64_t)first + (uint64_t)second;
    uint64_t n = 2 * (uint64_t)count;
    for (int power = 1;; power++) {
        a <<= 1;
        b <<= 1;
        bool a_high = a >= n, b_high = b >= n;
        if (a_high != b_high) return power;
        if (a_high) {
            a -= n;
            b -= n;
        }
    }
}

static int sort_items(KrSort *sort)
{
    Py_ssize_t minimum = minimum_run(sort->count);
    for (Py_ssize_t start = 0; start < sort->count;) {
        KrSortItem *items = sort->items + start;
        Py_ssize_t rest = sort->count - start;
        Py_ssize_t length = find_run(sort, items, rest);
        if (length < 0) return -1;
        if (length < minimum && length < rest) {
            Py_ssize_t wanted = rest < minimum ? rest : minimum;
            if (insert_rest(sort, items, length, wanted) < 0) return -1;
            length = wanted;
        }
        if (sort->run_count > 0) {
            KrSortRun *last = &sort->runs[sort->run_count - 1];
            int power = power_of(last->start, last->length, length, sort->count);
            while (sort->run_count > 1 && sort->runs[sort->run_count - 2].power > power)
                if (merge_at(sort, sort->run_count - 2) < 0) return -1;
            sort->runs[sort->run_count - 1].power = power;
        }
        assert(sort->run_count < RUNS_MAX);
        sort->runs[sort->run_count++] = (KrSortRun){start, length, 0};
        start += length;
    }
    while (sort->run_count > 1)
        if (merge_at(sort, sort->run_count - 2) < 0) return -1;
    return 0;
}

// ---- the sort ---------------------------------------------------------------------------------

// Sorts [values] by [keys] (which may be the same array and stays as it is, if it is not).
static int sort_by_keys(PyObject *const *keys, PyObject **values, Py_ssize_t count, bool reverse)
{
    KrSort sort = {.count = count, .min_gallop = MIN_GALLOP};
    if (count < 2) return 0;
    choose_mode(&sort, keys);
    sort.items = PyMem_New(KrSortItem, count);
    if (sort.items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        KrSortItem *item = &sort.items[i];
        item->value = values[i];
        if (sort.mode == SORT_INTEGERS) item->integer = small_int_value(keys[i]);
        else if (sort.mode == SORT_NUMBERS) item->number = PyFloat_AS_DOUBLE(keys[i]);
        else item->key = keys[i];
    }
    if (reverse) reverse_items(sort.items, count);
    int result = sort_items(&sort);
    if (reverse) reverse_items(sort.items, count);
    for (Py_ssize_t i = 0; i < count; i++) values[i] = sort.items[i].value;
    PyMem_Free(sort.items);
    PyMem_Free(sort.spare);
    return result;
}

// A new array of key(item) for each item, NULL with an exception.
static PyObject **make_keys(PyObject *key, PyObject **items, Py_ssize_t count)
{
    PyObject **keys = PyMem_New(PyObject *, count + 1);
    if (keys == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        keys[i] = PyObject_CallOneArg(key, items[i]);
        if (keys[i] != NULL) continue;
        while (--i >= 0) Py_DECREF(keys[i]);
        PyMem_Free(keys);
        return NULL;
    }
    return keys;
}

static int sort_values(PyObject **values, Py_ssize_t count, PyObject *key, bool reverse)
{
    if (key == NULL || key == Py_None) return sort_by_keys(values, values, count, reverse);
    PyObject **keys = make_keys(key, values, count);
    if (keys == NULL) return -1;
    int result = sort_by_keys(keys, values, count, reverse);
    for (Py_ssize_t i = 0; i < count; i++) Py_DECREF(keys[i]);
    PyMem_Free(keys);
    return result;
}

// While it runs the list is empty, and marked by allocated == -1: whoever changes it is found out.
int kr_list_sort(PyListObject *list, PyObject *key, int reverse)
{
    PyObject **items = list->ob_item;
    Py_ssize_t count = Py_SIZE(list), allocated = list->allocated;
    list->ob_item = NULL;
    list->allocated = -1;
    Py_SET_SIZE(list, 0);
    int result = sort_values(items, count, key, reverse != 0);
    bool modified = list->allocated != -1;
    PyObject **other_items = list->ob_item;
    Py_ssize_t other_count = Py_SIZE(list);
    list->ob_item = items;
    list->allocated = allocated;
    Py_SET_SIZE(list, count);
    if (modified && result == 0)
        result = kr_raise_int(PyExc_ValueError, "list modified during sort");
    while (--other_count >= 0) Py_XDECREF(other_items[other_count]);
    PyMem_Free(other_items);
    return result;
}
