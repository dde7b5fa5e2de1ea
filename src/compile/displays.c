// displays.c - list, tuple, set and dict displays, and unpacking assignment.
#include "compile/compiler.h"

#include "runtime/owned.h"
#include "setobject.h"
#include "tupleobject.h"

// New tuple of the constants items[first..end), or NULL when not all are (and no error is set) or
// on failure.
static PyObject *tuple_of_constants(KrExprSeq *items, Py_ssize_t first, Py_ssize_t end)
{
    for (Py_ssize_t i = first; i < end; i++)
        if (items->items[i] == NULL || items->items[i]->kind != KR_EXPR_CONSTANT) return NULL;
    PyObject *tuple = PyTuple_New(end - first);
    for (Py_ssize_t i = first; i < end && tuple != NULL; i++)
        PyTuple_SET_ITEM(tuple, i - first, Py_NewRef(items->items[i]->v.constant.value));
    return tuple;
}

static bool all_constant(KrExprSeq *items, Py_ssize_t first, Py_ssize_t end)
{
    for (Py_ssize_t i = first; i < end; i++)
        if (items->items[i] == NULL || items->items[i]->kind != KR_EXPR_CONSTANT) return false;
    return true;
}

typedef struct KrDisplayCode {
    int build, add, extend;
} KrDisplayCode;

// Tuples of unknown length are made as lists first.
static const KrDisplayCode list_code = {OP_BUILD_LIST, OP_LIST_APPEND, OP_LIST_EXTEND};
static const KrDisplayCode set_code = {OP_BUILD_SET, OP_SET_ADD, OP_SET_UPDATE};

static void emit_constant_display(KrCompiler *c, KrExprSeq *items, int pushed, KrDisplay kind)
{
    PyObject *tuple = tuple_of_constants(items, 0, items->length);
    if (!kr_check(c, tuple != NULL)) return;
    if (kind == KR_DISPLAY_TUPLE && pushed == 0) {
        kr_emit_constant_steal(c, tuple);
        return;
    }
    const KrDisplayCode *code = kind == KR_DISPLAY_SET ? &set_code : &list_code;
    if (kind == KR_DISPLAY_SET) {
        PyObject *set = PyFrozenSet_New(tuple);
        Py_DECREF(tuple);
        tuple = set;
    }
    kr_emit_arg(c, code->build, pushed);
    kr_emit_constant_steal(c, tuple);
    kr_emit_arg(c, code->extend, 1);
    if (kind == KR_DISPLAY_TUPLE) kr_emit(c, OP_LIST_TO_TUPLE);
}

static bool has_starred(KrExprSeq *items)
{
    for (Py_ssize_t i = 0; i < items->length; i++)
        if (items->items[i]->kind == KR_EXPR_STARRED) return true;
    return false;
}

static void emit_growing_display(KrCompiler *c, KrExprSeq *items, int pushed, KrDisplay kind)
{
    const KrDisplayCode *code = kind == KR_DISPLAY_SET ? &set_code : &list_code;
    bool built = items->length + pushed > KR_STACK_GUIDELINE;
    if (built) kr_emit_arg(c, code->build, pushed);
    for (Py_ssize_t i = 0; i < items->length; i++) {
        KrExpr *item = items->items[i];
        if (item->kind != KR_EXPR_STARRED) {
            kr_visit_expression(c, item);
            if (built) kr_emit_arg(c, code->add, 1);
            continue;
        }
        if (!built) kr_emit_arg(c, code->build, i + pushed);
        built = true;
        kr_visit_expression(c, item->v.starred.value);
        kr_emit_arg(c, code->extend, 1);
    }
    if (kind == KR_DISPLAY_TUPLE) kr_emit(c, OP_LIST_TO_TUPLE);
}

// [pushed] values that belong in front of the items are on the stack already.
void kr_visit_display(KrCompiler *c, KrExprSeq *items, int pushed, KrDisplay kind)
{
    if (c->failed) return;
    if (items->length > 2 && all_constant(items, 0, items->length)) {
        emit_constant_display(c, items, pushed, kind);
        return;
    }
    if (has_starred(items) || items->length + pushed > KR_STACK_GUIDELINE) {
        emit_growing_display(c, items, pushed, kind);
        return;
    }
    static const int builders[] = {OP_BUILD_LIST, OP_BUILD_TUPLE, OP_BUILD_SET};
    kr_visit_expressions(c, items);
    kr_emit_arg(c, builders[kind], items->length + pushed);
}

// ---- unpacking ---------------------------------------------------------------------------------

void kr_unpack(KrCompiler *c, KrExprSeq *targets)
{
    bool starred = false;
    Py_ssize_t count = targets->length;
    for (Py_ssize_t i = 0; i < count && !c->failed; i++) {
        if (targets->items[i]->kind != KR_EXPR_STARRED) continue;
        if (starred) kr_refuse(c, "multiple starred expressions in assignment");
        else if (i >= 1 << 8 || count - i - 1 >= 0x7FFFFFFF >> 8)
            kr_refuse(c, "too many expressions in star-unpacking assignment");
        else kr_emit_arg(c, OP_UNPACK_EX, i + ((count - i - 1) << 8));
        starred = true;
    }
    if (!starred) kr_emit_arg(c, OP_UNPACK_SEQUENCE, count);
    for (Py_ssize_t i = 0; i < count; i++) {
        KrExpr *target = targets->items[i];
        kr_visit_expression(c, target->kind == KR_EXPR_STARRED ? target->v.starred.value : target);
    }
}

// ---- dicts -------------------------------------------------------------------------------------

static void emit_part(KrCompiler *c, KrExpr *e, Py_ssize_t first, Py_ssize_t end)
{
    KrExprSeq *keys = e->v.dict.keys, *values = e->v.dict.values;
    Py_ssize_t count = end - first;
    bool big = count * 2 > KR_STACK_GUIDELINE;
    if (c->failed) return;
    if (count > 1 && !big && all_constant(keys, first, end)) {
        for (Py_ssize_t i = first; i < end; i++) kr_visit_expression(c, values->items[i]);
        if (c->failed) return;
        kr_emit_constant_steal(c, tuple_of_constants(keys, first, end));
        kr_emit_arg(c, OP_BUILD_CONST_KEY_MAP, count);
        return;
    }
    if (big) kr_emit_arg(c, OP_BUILD_MAP, 0);
    for (Py_ssize_t i = first; i < end; i++) {
        kr_visit_expression(c, keys->items[i]);
        kr_visit_expression(c, values->items[i]);
        if (big) kr_emit_arg(c, OP_MAP_ADD, 1);
    }
    if (!big) kr_emit_arg(c, OP_BUILD_MAP, count);
}

// Runs of plain items become dicts of their own, merged in order with the unpacked ones.
void kr_visit_dict(KrCompiler *c, KrExpr *e)
{
    KrExprSeq *keys = e->v.dict.keys, *values = e->v.dict.values;
    bool have_dict = false;
    Py_ssize_t run = 0;
    for (Py_ssize_t i = 0; i <= values->length; i++) {
        bool at_end = i == values->length, unpacks = !at_end && keys->items[i] == NULL;
        bool full = !at_end && !unpacks && run * 2 > KR_STACK_GUIDELINE;
        if ((at_end || unpacks || full) && run > 0) {
            emit_part(c, e, i - run, full ? i + 1 : i);
            if (have_dict) kr_emit_arg(c, OP_DICT_UPDATE, 1);
            have_dict = true;
            run = 0;
        }
        else if (!at_end && !unpacks) {
            run++;
            continue;
        }
        if (!unpacks) continue;
        if (!have_dict) kr_emit_arg(c, OP_BUILD_MAP, 0);
        have_dict = true;
        kr_visit_expression(c, values->items[i]);
        kr_emit_arg(c, OP_DICT_UPDATE, 1);
    }
    if (!have_dict) kr_emit_arg(c, OP_BUILD_MAP, 0);
}
