// match.c - code of match statements.
//
// A pattern works on the subject on top of the stack and consumes it; what it captures stays on
// the stack, below everything that other patterns still need, until the whole pattern has matched.
// A failure jumps to the block that pops exactly as much as is there: fail[n] pops n values and
// falls into fail[n - 1]; fail[0] is the next case.
//
// (1) the stack holds, from the top: on_top values that are needed, the captures in [stores], the
// subject.
#include "compile/compiler.h"

#include <assert.h>

#include "abstract.h"
#include "compile.h"
#include "complexobject.h"
#include "listobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "boolobject.h"

typedef struct KrPatternContext {
    PyObject *stores; // list of captured names, in the order of the stack
    bool allow_irrefutable;
    KrBlock **fail; // memory of PyMem
    Py_ssize_t fail_count;
    Py_ssize_t on_top;
} KrPatternContext;

static void visit_pattern(KrCompiler *c, KrPattern *pattern, KrPatternContext *context);

// ---- failing -----------------------------------------------------------------------------------

static void need_fail_blocks(KrCompiler *c, KrPatternContext *context, Py_ssize_t pops)
{
    if (c->failed || pops < context->fail_count) return;
    KrBlock **blocks = PyMem_Realloc(context->fail, (size_t)(pops + 1) * sizeof *blocks);
    if (!kr_check(c, blocks != NULL)) {
        PyErr_NoMemory();
        return;
    }
    context->fail = blocks;
    while (context->fail_count <= pops) context->fail[context->fail_count++] = kr_new_block(c);
}

static void jump_to_fail(KrCompiler *c, KrPatternContext *context, int opcode)
{
    if (c->failed) return;
    Py_ssize_t pops = context->on_top + PyList_GET_SIZE(context->stores);
    need_fail_blocks(c, context, pops);
    if (!c->failed) kr_emit_jump(c, opcode, context->fail[pops]);
}

static void free_fail_blocks(KrPatternContext *context)
{
    PyMem_Free(context->fail);
    context->fail = NULL;
    context->fail_count = 0;
}

static void emit_fail_blocks(KrCompiler *c, KrPatternContext *context)
{
    if (!c->failed && context->fail_count > 0) {
        for (Py_ssize_t i = context->fail_count - 1; i > 0; i--) {
            kr_use_block(c, context->fail[i]);
            kr_emit(c, OP_POP_TOP);
        }
        kr_use_block(c, context->fail[0]);
    }
    free_fail_blocks(context);
}

// ---- captures ----------------------------------------------------------------------------------

// Moves the top value below the next [count] - 1 ones.
static void rotate(KrCompiler *c, Py_ssize_t count)
{
    while (count > 1) kr_emit_arg(c, OP_SWAP, count--);
}

static bool add_store(KrCompiler *c, KrPatternContext *context, PyObject *name)
{
    int known = PySequence_Contains(context->stores, name);
    if (known > 0) kr_refuse(c, "multiple assignments to name %R in pattern", name);
    return kr_check(c, known == 0 && PyList_Append(context->stores, name) == 0);
}

static void capture(KrCompiler *c, PyObject *name, KrPatternContext *context)
{
    if (c->failed) return;
    if (name == NULL) {
        kr_emit(c, OP_POP_TOP);
        return;
    }
    if (kr_is_forbidden_name(c, name, KR_EXPR_CONTEXT_STORE)) return;
    Py_ssize_t below = context->on_top + PyList_GET_SIZE(context->stores) + 1;
    if (add_store(c, context, name)) rotate(c, below);
}

static bool is_wildcard(const KrPattern *pattern)
{
    return pattern->kind == KR_PATTERN_MATCH_AS && pattern->v.match_as.name == NULL &&
           pattern->v.match_as.pattern == NULL;
}

static bool is_star_wildcard(const KrPattern *pattern)
{
    return pattern->kind == KR_PATTERN_MATCH_STAR && pattern->v.match_star.name == NULL;
}

// A pattern inside of another one may match anything.
static void visit_inner(KrCompiler *c, KrPattern *pattern, KrPatternContext *context)
{
    bool allowed = context->allow_irrefutable;
    context->allow_irrefutable = true;
    visit_pattern(c, pattern, context);
    context->allow_irrefutable = allowed;
}

static void visit_as(KrCompiler *c, KrPattern *pattern, KrPatternContext *context)
{
    PyObject *name = pattern->v.match_as.name;
    if (pattern->v.match_as.pattern != NULL) {
        context->on_top++;
        kr_emit_arg(c, OP_COPY, 1);
        visit_pattern(c, pattern->v.match_as.pattern, context);
        context->on_top--;
    }
    else if (!context->allow_irrefutable) {
        if (name != NULL)
            kr_refuse(c, "name capture %R makes remaining patterns unreachable", name);
        else kr_refuse(c, "wildcard makes remaining patterns unreachable");
    }
    capture(c, name, context);
}

// ---- sequences ---------------------------------------------------------------------------------

static void unpack(KrCompiler *c, KrPatternSeq *patterns)
{
    bool starred = false;
    Py_ssize_t count = patterns->length;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (patterns->items[i]->kind != KR_PATTERN_MATCH_STAR) continue;
        if (starred) kr_refuse(c, "multiple starred expressions in sequence pattern");
        else if (i >= 1 << 8 || count - i - 1 >= 0x7FFFFFFF >> 8)
            kr_refuse(c, "too many expressions in star-unpacking sequence pattern");
        else kr_emit_arg(c, OP_UNPACK_EX, i + ((count - i - 1) << 8));
        starred = true;
    }
    if (!starred) kr_emit_arg(c, OP_UNPACK_SEQUENCE, count);
}

static void match_unpacked(KrCompiler *c, KrPatternSeq *patterns, KrPatternContext *context)
{
    unpack(c, patterns);
    context->on_top += patterns->length;
    for (Py_ssize_t i = 0; i < patterns->length; i++) {
        context->on_top--;
        visit_inner(c, patterns->items[i], context);
    }
}

// With a `*_` nothing has to be unpacked: items are taken by their index, those behind it from the
// end.
static void match_by_index(KrCompiler *c, KrPatternSeq *patterns, Py_ssize_t star,
                           KrPatternContext *context)
{
    context->on_top++;
    for (Py_ssize_t i = 0; i < patterns->length; i++) {
        if (is_wildcard(patterns->items[i]) || i == star) continue;
        kr_emit_arg(c, OP_COPY, 1);
        if (i < star) kr_emit_number(c, i);
        else {
            kr_emit(c, OP_GET_LEN);
            kr_emit_number(c, patterns->length - i);
            kr_emit_binary(c, KR_OPERATOR_SUB, false);
        }
        kr_emit(c, OP_BINARY_SUBSCR);
        visit_inner(c, patterns->items[i], context);
    }
    context->on_top--;
    kr_emit(c, OP_POP_TOP);
}

static void check_length(KrCompiler *c, KrCmpop operator, Py_ssize_t length,
                         KrPatternContext *context)
{
    kr_emit(c, OP_GET_LEN);
    kr_emit_number(c, length);
    kr_emit_compare(c, operator);
    jump_to_fail(c, context, OP_POP_JUMP_IF_FALSE);
}

static void visit_sequence(KrCompiler *c, KrPattern *pattern, KrPatternContext *context)
{
    KrPatternSeq *patterns = pattern->v.match_sequence.patterns;
    Py_ssize_t star = -1;
    bool only_wildcards = true, star_is_wildcard = false;
    for (Py_ssize_t i = 0; i < patterns->length; i++) {
        KrPattern *item = patterns->items[i];
        if (item->kind != KR_PATTERN_MATCH_STAR) {
            only_wildcards &= is_wildcard(item);
            continue;
        }
        if (star >= 0) kr_refuse(c, "multiple starred names in sequence pattern");
        star = i;
        star_is_wildcard = is_star_wildcard(item);
        only_wildcards &= star_is_wildcard;
    }
    context->on_top++;
    kr_emit(c, OP_MATCH_SEQUENCE);
    jump_to_fail(c, context, OP_POP_JUMP_IF_FALSE);
    if (star < 0) check_length(c, KR_CMPOP_EQ, patterns->length, context);
    else if (patterns->length > 1) check_length(c, KR_CMPOP_GT_E, patterns->length - 1, context);
    context->on_top--;
    if (only_wildcards) kr_emit(c, OP_POP_TOP);
    else if (star_is_wildcard) match_by_index(c, patterns, star, context);
    else match_unpacked(c, patterns, context);
}

// ---- mappings ----------------------------------------------------------------------------------

static void visit_keys(KrCompiler *c, KrPattern *pattern)
{
    KrExprSeq *keys = pattern->v.match_mapping.keys;
    KR_AUTO PyObject *seen = PySet_New(NULL);
    if (!kr_check(c, seen != NULL)) return;
    for (Py_ssize_t i = 0; i < keys->length && !c->failed; i++) {
        KrExpr *key = keys->items[i];
        if (key == NULL) {
            kr_set_location(c, pattern->v.match_mapping.patterns->items[i]);
            kr_refuse(c, "can't use NULL keys in MatchMapping (set 'rest' parameter instead)");
            return;
        }
        if (key->kind == KR_EXPR_CONSTANT) {
            int known = PySet_Contains(seen, key->v.constant.value);
            if (known > 0)
                kr_refuse(c, "mapping pattern checks duplicate key (%R)", key->v.constant.value);
            if (!kr_check(c, known == 0 && PySet_Add(seen, key->v.constant.value) == 0)) return;
        }
        else if (key->kind != KR_EXPR_ATTRIBUTE)
            kr_refuse(c, "mapping pattern keys may only match literals and attribute lookups");
        kr_visit_expression(c, key);
    }
}

// rest = dict(subject) without the keys of the pattern; both are on the stack.
static void capture_rest(KrCompiler *c, Py_ssize_t key_count, PyObject *name,
                         KrPatternContext *context)
{
    kr_emit_arg(c, OP_BUILD_MAP, 0);
    kr_emit_arg(c, OP_SWAP, 3);
    kr_emit_arg(c, OP_DICT_UPDATE, 2);
    kr_emit_arg(c, OP_UNPACK_SEQUENCE, key_count);
    for (; key_count > 0; key_count--) {
        kr_emit_arg(c, OP_COPY, 1 + key_count);
        kr_emit_arg(c, OP_SWAP, 2);
        kr_emit(c, OP_DELETE_SUBSCR);
    }
    capture(c, name, context);
}

static void check_not_none(KrCompiler *c, KrPatternContext *context)
{
    kr_emit_arg(c, OP_COPY, 1);
    kr_emit_constant(c, Py_None);
    kr_emit_arg(c, OP_IS_OP, 1);
    jump_to_fail(c, context, OP_POP_JUMP_IF_FALSE);
}

static void visit_mapping(KrCompiler *c, KrPattern *pattern, KrPatternContext *context)
{
    KrPatternSeq *patterns = pattern->v.match_mapping.patterns;
    Py_ssize_t size = pattern->v.match_mapping.keys->length;
    PyObject *rest = pattern->v.match_mapping.rest;
    if (size != patterns->length) {
        kr_refuse(c, "keys (%d) / patterns (%d) length mismatch in mapping pattern", (int)size,
                  (int)patterns->length);
        return;
    }
    context->on_top++;
    kr_emit(c, OP_MATCH_MAPPING);
    jump_to_fail(c, context, OP_POP_JUMP_IF_FALSE);
    if (size == 0 && rest == NULL) {
        context->on_top--;
        kr_emit(c, OP_POP_TOP);
        return;
    }
    if (size > 0) check_length(c, KR_CMPOP_GT_E, size, context);
    visit_keys(c, pattern);
    kr_emit_arg(c, OP_BUILD_TUPLE, size);
    kr_emit(c, OP_MATCH_KEYS);
    context->on_top += 2;
    check_not_none(c, context);
    kr_emit_arg(c, OP_UNPACK_SEQUENCE, size);
    context->on_top += size - 1;
    for (Py_ssize_t i = 0; i < size; i++) {
        context->on_top--;
        visit_inner(c, patterns->items[i], context);
    }
    context->on_top -= 2;
    if (rest != NULL) capture_rest(c, size, rest, context);
    else {
        kr_emit(c, OP_POP_TOP);
        kr_emit(c, OP_POP_TOP);
    }
}

// ---- classes -----------------------------------------------------------------------------------

static void check_attributes(KrCompiler *c, KrObjectSeq *names, KrPatternSeq *patterns)
{
    for (Py_ssize_t i = 0; i < names->length && !c->failed; i++) {
        kr_set_location(c, patterns->items[i]);
        if (kr_is_forbidden_name(c, names->items[i], KR_EXPR_CONTEXT_STORE)) return;
        for (Py_ssize_t k = i + 1; k < names->length; k++) {
            if (PyUnicode_Compare(names->items[i], names->items[k]) != 0) continue;
            kr_set_location(c, patterns->items[k]);
            kr_refuse(c, "attribute name repeated in class pattern: %U", names->items[i]);
            return;
        }
    }
}

static PyObject *tuple_of(KrObjectSeq *names)
{
    PyObject *tuple = PyTuple_New(names->length);
    for (Py_ssize_t i = 0; i < names->length && tuple != NULL; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(names->items[i]));
    return tuple;
}

static void visit_class(KrCompiler *c, KrPattern *pattern, KrPatternContext *context)
{
    __typeof__(pattern->v.match_class) *parts = &pattern->v.match_class;
    Py_ssize_t positional = parts->patterns->length, named = parts->kwd_attrs->length;
    if (named != parts->kwd_patterns->length) {
        kr_refuse(c, "kwd_attrs (%d) / kwd_patterns (%d) length mismatch in class pattern",
                  (int)named, (int)parts->kwd_patterns->length);
        return;
    }
    if (named > 0) {
        check_attributes(c, parts->kwd_attrs, parts->kwd_patterns);
        kr_set_location(c, pattern);
    }
    kr_visit_expression(c, parts->cls);
    if (c->failed) return;
    kr_emit_constant_steal(c, tuple_of(parts->kwd_attrs));
    kr_emit_arg(c, OP_MATCH_CLASS, positional);
    context->on_top++;
    check_not_none(c, context);
    kr_emit_arg(c, OP_UNPACK_SEQUENCE, positional + named);
    context->on_top += positional + named - 1;
    for (Py_ssize_t i = 0; i < positional + named; i++) {
        KrPattern *inner = i < positional ? parts->patterns->items[i]
                                          : parts->kwd_patterns->items[i - positional];
        context->on_top--;
        if (is_wildcard(inner)) kr_emit(c, OP_POP_TOP);
        else visit_inner(c, inner, context);
    }
}

// ---- alternatives ------------------------------------------------------------------------------

// Brings the captures of an alternative into the order of the first one's.  False: other names.
static bool reorder(KrCompiler *c, PyObject *stores, PyObject *control)
{
    for (Py_ssize_t wanted = PyList_GET_SIZE(control) - 1; wanted >= 0; wanted--) {
        Py_ssize_t present = PySequence_Index(stores, PyList_GET_ITEM(control, wanted));
        if (present < 0) {
            PyErr_Clear();
            return false;
        }
        if (wanted == present) continue;
        assert(present < wanted);
        Py_ssize_t rotations = present + 1;
        KR_AUTO PyObject *rotated = PyList_GetSlice(stores, 0, rotations);
        if (!kr_check(c, rotated != NULL && PyList_SetSlice(stores, 0, rotations, NULL) == 0 &&
                             PyList_SetSlice(stores, wanted - present, wanted - present,
                                             rotated) == 0))
            return true;
        while (rotations-- > 0) rotate(c, wanted + 1);
    }
    return true;
}

// One alternative on a copy of the subject.  *control: the captures of the first, owned.
static void visit_alternative(KrCompiler *c, KrPattern *pattern, KrPatternContext *context,
                              PyObject **control, KrBlock *end)
{
    context->stores = PyList_New(0);
    if (!kr_check(c, context->stores != NULL)) return;
    kr_set_location(c, pattern);
    kr_emit_arg(c, OP_COPY, 1);
    visit_pattern(c, pattern, context);
    if (!c->failed) {
        if (*control == NULL) *control = Py_NewRef(context->stores);
        else if (PyList_GET_SIZE(context->stores) != PyList_GET_SIZE(*control) ||
                 !reorder(c, context->stores, *control))
            kr_refuse(c, "alternative patterns bind different names");
    }
    Py_CLEAR(context->stores);
    kr_emit_jump(c, OP_JUMP, end);
    emit_fail_blocks(c, context);
}

static void visit_or(KrCompiler *c, KrPattern *pattern, KrPatternContext *context)
{
    KrPatternSeq *patterns = pattern->v.match_or.patterns;
    KrBlock *end = kr_new_block(c);
    KR_AUTO PyObject *control = NULL;
    for (Py_ssize_t i = 0; i < patterns->length && !c->failed; i++) {
        KrPatternContext inner = {
            .allow_irrefutable = i + 1 == patterns->length && context->allow_irrefutable,
        };
        visit_alternative(c, patterns->items[i], &inner, &control, end);
    }
    if (c->failed) return;
    kr_emit(c, OP_POP_TOP);
    jump_to_fail(c, context, OP_JUMP);
    kr_use_block(c, end);
    Py_ssize_t count = PyList_GET_SIZE(control);
    Py_ssize_t below = count + 1 + context->on_top + PyList_GET_SIZE(context->stores);
    for (Py_ssize_t i = 0; i < count && !c->failed; i++) {
        rotate(c, below);
        add_store(c, context, PyList_GET_ITEM(control, i));
    }
    kr_emit(c, OP_POP_TOP);
}

// ---- any pattern -------------------------------------------------------------------------------

static void visit_value(KrCompiler *c, KrExpr *value, KrPatternContext *context)
{
    if (value->kind != KR_EXPR_CONSTANT && value->kind != KR_EXPR_ATTRIBUTE) {
        kr_refuse(c, "patterns may only match literals and attribute lookups");
        return;
    }
    kr_visit_expression(c, value);
    kr_emit_compare(c, KR_CMPOP_EQ);
    jump_to_fail(c, context, OP_POP_JUMP_IF_FALSE);
}

static void visit_pattern_kind(KrCompiler *c, KrPattern *pattern, KrPatternContext *context)
{
    switch (pattern->kind) {
    case KR_PATTERN_MATCH_VALUE: visit_value(c, pattern->v.match_value.value, context); break;
    case KR_PATTERN_MATCH_SINGLETON:
        kr_emit_constant(c, pattern->v.match_singleton.value);
        kr_emit_compare(c, KR_CMPOP_IS);
        jump_to_fail(c, context, OP_POP_JUMP_IF_FALSE);
        break;
    case KR_PATTERN_MATCH_SEQUENCE: visit_sequence(c, pattern, context); break;
    case KR_PATTERN_MATCH_MAPPING: visit_mapping(c, pattern, context); break;
    case KR_PATTERN_MATCH_CLASS: visit_class(c, pattern, context); break;
    case KR_PATTERN_MATCH_STAR: capture(c, pattern->v.match_star.name, context); break;
    case KR_PATTERN_MATCH_AS: visit_as(c, pattern, context); break;
    case KR_PATTERN_MATCH_OR: visit_or(c, pattern, context); break;
    default: assert(!"no pattern");
    }
}

static void visit_pattern(KrCompiler *c, KrPattern *pattern, KrPatternContext *context)
{
    if (c->failed || !kr_check(c, kr_depth_enter(&c->depth))) return;
    kr_set_location(c, pattern);
    visit_pattern_kind(c, pattern, context);
    kr_depth_leave(&c->depth);
}

// ---- the statement -----------------------------------------------------------------------------

static void store_captures(KrCompiler *c, PyObject *stores)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(stores); i++)
        kr_access_name(c, PyList_GET_ITEM(stores, i), KR_EXPR_CONTEXT_STORE);
}

static void visit_case(KrCompiler *c, KrMatchCase *one, bool is_last, bool may_match_all,
                       KrBlock *end)
{
    KrPatternContext context = {.stores = PyList_New(0), .allow_irrefutable = may_match_all};
    if (!kr_check(c, context.stores != NULL)) return;
    kr_set_location(c, one->pattern);
    if (!is_last) kr_emit_arg(c, OP_COPY, 1);
    visit_pattern(c, one->pattern, &context);
    store_captures(c, context.stores);
    if (one->guard != NULL) {
        need_fail_blocks(c, &context, 0);
        if (!c->failed) kr_jump_if(c, one->guard, context.fail[0], false);
    }
    if (!is_last) kr_emit(c, OP_POP_TOP);
    kr_visit_statements(c, one->body);
    kr_emit_jump(c, OP_JUMP, end);
    kr_set_location(c, one->pattern);
    emit_fail_blocks(c, &context);
    Py_DECREF(context.stores);
}

void kr_visit_match(KrCompiler *c, KrStmt *statement)
{
    KrMatchCaseSeq *cases = statement->v.match.cases;
    Py_ssize_t count = cases->length;
    kr_visit_expression(c, statement->v.match.subject);
    KrBlock *end = kr_new_block(c);
    KrMatchCase *last = cases->items[count - 1];
    bool has_default = is_wildcard(last->pattern) && count > 1;
    Py_ssize_t tested = count - has_default;
    for (Py_ssize_t i = 0; i < tested && !c->failed; i++) {
        KrMatchCase *one = cases->items[i];
        visit_case(c, one, i + 1 == tested, one->guard != NULL || i + 1 == count, end);
    }
    if (has_default && !c->failed) {
        kr_set_location(c, last->pattern);
        kr_emit(c, OP_NOP);
        if (last->guard != NULL) kr_jump_if(c, last->guard, end, false);
        kr_visit_statements(c, last->body);
    }
    kr_use_block(c, end);
}
