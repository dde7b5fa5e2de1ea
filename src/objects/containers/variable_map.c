// variable_map.c - a persistent map from context variables to values: a hash array mapped trie.
//
//   map  [ size | root ]
//   node [ bitmap | entries of the bits that are set: (variable, value) or (NULL, node) ]
//
// A node looks at five bits of the hash; the bitmap says which of the 32 branches are there.
// Below the deepest level (shift >= 60) all hashes are equal and a node is a plain list: its
// bitmap is 0.  (Phil Bagwell, "Ideal Hash Trees", 2001.)  Keys are compared by identity, so no
// Python code runs.
#include "objects/containers/variable_map.h"

#include "objects/containers/tracking.h"
#include "listobject.h"
#include "objimpl.h"
#include "pyerrors.h"

#include <string.h>

enum { BITS = 5, DEEPEST = 60 };

typedef struct KrMapEntry {
    PyObject *variable;  // NULL: value is a node
    PyObject *value;
} KrMapEntry;

typedef struct KrMapNode {
    PyObject_VAR_HEAD
    uint32_t bitmap;
    KrMapEntry entries[];
} KrMapNode;

struct KrVariableMap {
    PyObject_HEAD
    Py_ssize_t size;
    PyObject *root;  // NULL when empty
};



static KrMapNode *node_new(Py_ssize_t count, uint32_t bitmap)
{
    KrMapNode *node = PyObject_GC_NewVar(KrMapNode, &kr_variable_map_node_type, count);
    if (node == NULL) return NULL;
    node->bitmap = bitmap;
    memset(node->entries, 0, (size_t)count * sizeof(KrMapEntry));
    return node;
}

static void node_dealloc(PyObject *self)
{
    KrMapNode *node = (KrMapNode *)self;
    kr_untrack(self);
    for (Py_ssize_t i = 0; i < Py_SIZE(node); i++) {
        Py_XDECREF(node->entries[i].variable);
        Py_XDECREF(node->entries[i].value);
    }
    PyObject_GC_Del(self);
}

static int node_traverse(PyObject *self, visitproc visit, void *arg)
{
    KrMapNode *node = (KrMapNode *)self;
    for (Py_ssize_t i = 0; i < Py_SIZE(node); i++) {
        Py_VISIT(node->entries[i].variable);
        Py_VISIT(node->entries[i].value);
    }
    return 0;
}

static uint32_t bit_of(Py_hash_t hash, int shift)
{
    return (uint32_t)1 << (((size_t)hash >> shift) & 31);
}

// Where the entry of [bit] is, or would be.
static Py_ssize_t place_of(const KrMapNode *node, uint32_t bit)
{
    return __builtin_popcount(node->bitmap & (bit - 1));
}

static Py_ssize_t search_list(const KrMapNode *node, PyObject *variable)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(node); i++)
        if (node->entries[i].variable == variable) return i;
    return -1;
}

// A copy with [added] more places (0 or 1) at [place], or with the one there left out (-1).
static KrMapNode *node_copy(const KrMapNode *node, Py_ssize_t place, int added, uint32_t bitmap)
{
    KrMapNode *copy = node_new(Py_SIZE(node) + added, bitmap);
    if (copy == NULL) return NULL;
    for (Py_ssize_t i = 0; i < Py_SIZE(node); i++) {
        if (added < 0 && i == place) continue;
        Py_ssize_t to = i < place ? i : i + added;
        copy->entries[to].variable = Py_XNewRef(node->entries[i].variable);
        copy->entries[to].value = Py_NewRef(node->entries[i].value);
    }
    return copy;
}

static PyObject *finished(KrMapNode *node)
{
    kr_track((PyObject *)node);
    return (PyObject *)node;
}

// A copy in which entry [place] is ([variable], [value]).
static PyObject *node_replace(const KrMapNode *node, Py_ssize_t place, PyObject *variable,
                              PyObject *value)
{
    KrMapNode *copy = node_copy(node, place, 0, node->bitmap);
    if (copy == NULL) return NULL;
    Py_XINCREF(variable);
    Py_XSETREF(copy->entries[place].variable, variable);
    Py_INCREF(value);
    Py_SETREF(copy->entries[place].value, value);
    return finished(copy);
}

static PyObject *node_insert(const KrMapNode *node, Py_ssize_t place, uint32_t bit,
                             KrMapEntry entry)
{
    KrMapNode *copy = node_copy(node, place, 1, node->bitmap | bit);
    if (copy == NULL) return NULL;
    copy->entries[place].variable = Py_NewRef(entry.variable);
    copy->entries[place].value = Py_NewRef(entry.value);
    return finished(copy);
}

// A node of the two entries, which have different variables.
static PyObject *node_of_two(int shift, KrMapEntry first, Py_hash_t first_hash, KrMapEntry second,
                             Py_hash_t second_hash)
{
    uint32_t bit1 = bit_of(first_hash, shift), bit2 = bit_of(second_hash, shift);
    if (shift < DEEPEST && bit1 == bit2) {
        KR_AUTO PyObject *below = node_of_two(shift + BITS, first, first_hash, second,
                                              second_hash);
        KrMapNode *node = below == NULL ? NULL : node_new(1, bit1);
        if (node == NULL) return NULL;
        node->entries[0].value = kr_take(below);
        return finished(node);
    }
    KrMapNode *node = node_new(2, shift < DEEPEST ? bit1 | bit2 : 0);
    if (node == NULL) return NULL;
    bool swapped = shift < DEEPEST && bit2 < bit1;
    node->entries[swapped] = (KrMapEntry){Py_NewRef(first.variable), Py_NewRef(first.value)};
    node->entries[!swapped] = (KrMapEntry){Py_NewRef(second.variable), Py_NewRef(second.value)};
    return finished(node);
}

static PyObject *node_set(const KrMapNode *node, int shift, KrMapEntry entry, Py_hash_t hash,
                          int *added)
{
    if (shift >= DEEPEST) {
        Py_ssize_t found = search_list(node, entry.variable);
        if (found >= 0) return node_replace(node, found, entry.variable, entry.value);
        *added = 1;
        return node_insert(node, Py_SIZE(node), 0, entry);
    }
    uint32_t bit = bit_of(hash, shift);
    Py_ssize_t place = place_of(node, bit);
    if (!(node->bitmap & bit)) {
        *added = 1;
        return node_insert(node, place, bit, entry);
    }
    const KrMapEntry *old = &node->entries[place];
    if (old->variable == entry.variable)
        return node_replace(node, place, entry.variable, entry.value);
    KR_AUTO PyObject *below = NULL;
    if (old->variable == NULL)
        below = node_set((KrMapNode *)old->value, shift + BITS, entry, hash, added);
    else {
        *added = 1;
        below = node_of_two(shift + BITS, *old, PyObject_Hash(old->variable), entry, hash);
    }
    return below == NULL ? NULL : node_replace(node, place, NULL, below);
}

// Without [variable]: the new node, NULL in *ret when nothing is left.  0, or -1.
static int node_remove(const KrMapNode *node, int shift, PyObject *variable, Py_hash_t hash,
                       PyObject **ret)
{
    uint32_t bit = shift < DEEPEST ? bit_of(hash, shift) : 0;
    Py_ssize_t place = shift < DEEPEST ? place_of(node, bit) : search_list(node, variable);
    const KrMapEntry *old = &node->entries[place];
    KR_AUTO PyObject *below = NULL;
    if (old->variable == NULL) {
        if (node_remove((KrMapNode *)old->value, shift + BITS, variable, hash, &below) < 0)
            return -1;
        if (below != NULL) {
            const KrMapNode *rest = (KrMapNode *)below;
            bool single = Py_SIZE(rest) == 1 && rest->entries[0].variable != NULL;  // pull it up
            *ret = single
                ? node_replace(node, place, rest->entries[0].variable, rest->entries[0].value)
                : node_replace(node, place, NULL, below);
            return *ret == NULL ? -1 : 0;
        }
    }
    if (Py_SIZE(node) == 1) {
        *ret = NULL;
        return 0;
    }
    KrMapNode *copy = node_copy(node, place, -1, node->bitmap & ~bit);
    if (copy == NULL) return -1;
    *ret = finished(copy);
    return 0;
}

// ---- the map ----------------------------------------------------------------------------------

static PyObject *map_new(Py_ssize_t size, STEALS PyObject *root)
{
    KrVariableMap *self = PyObject_GC_New(KrVariableMap, &kr_variable_map_type);
    if (self == NULL) {
        Py_XDECREF(root);
        return NULL;
    }
    self->size = size;
    self->root = root;
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *kr_variable_map_new(void)
{
    return map_new(0, NULL);
}

Py_ssize_t kr_variable_map_size(PyObject *map)
{
    return ((KrVariableMap *)map)->size;
}

PyObject *kr_variable_map_find(PyObject *map, PyObject *variable, Py_hash_t hash)
{
    const KrMapNode *node = (KrMapNode *)((KrVariableMap *)map)->root;
    for (int shift = 0; node != NULL; shift += BITS) {
        if (shift >= DEEPEST) {
            Py_ssize_t found = search_list(node, variable);
            return found < 0 ? NULL : node->entries[found].value;
        }
        uint32_t bit = bit_of(hash, shift);
        if (!(node->bitmap & bit)) return NULL;
        const KrMapEntry *entry = &node->entries[place_of(node, bit)];
        if (entry->variable != NULL) return entry->variable == variable ? entry->value : NULL;
        node = (KrMapNode *)entry->value;
    }
    return NULL;
}

PyObject *kr_variable_map_set(PyObject *map, PyObject *variable, Py_hash_t hash, PyObject *value)
{
    KrVariableMap *self = (KrVariableMap *)map;
    KrMapEntry entry = {variable, value};
    int added = 0;
    PyObject *root;
    if (self->root == NULL) {
        KrMapNode *node = node_new(1, bit_of(hash, 0));
        if (node == NULL) return NULL;
        node->entries[0] = (KrMapEntry){Py_NewRef(variable), Py_NewRef(value)};
        root = finished(node);
        added = 1;
    } else root = node_set((KrMapNode *)self->root, 0, entry, hash, &added);
    return root == NULL ? NULL : map_new(self->size + added, root);
}

PyObject *kr_variable_map_remove(PyObject *map, PyObject *variable, Py_hash_t hash)
{
    KrVariableMap *self = (KrVariableMap *)map;
    PyObject *root = NULL;
    assert(kr_variable_map_find(map, variable, hash) != NULL);
    if (node_remove((KrMapNode *)self->root, 0, variable, hash, &root) < 0) return NULL;
    return map_new(self->size - 1, root);
}

static int collect(const KrMapNode *node, PyObject *list)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(node); i++) {
        const KrMapEntry *entry = &node->entries[i];
        if (entry->variable == NULL) {
            if (collect((KrMapNode *)entry->value, list) < 0) return -1;
            continue;
        }
        KR_AUTO PyObject *pair = PyTuple_Pack(2, entry->variable, entry->value);
        if (pair == NULL || PyList_Append(list, pair) < 0) return -1;
    }
    return 0;
}

PyObject *kr_variable_map_items(PyObject *map)
{
    KR_AUTO PyObject *list = PyList_New(0);
    const KrMapNode *root = (KrMapNode *)((KrVariableMap *)map)->root;
    if (list == NULL || (root != NULL && collect(root, list) < 0)) return NULL;
    return kr_take(list);
}

static void map_dealloc(PyObject *self)
{
    kr_untrack(self);
    Py_XDECREF(((KrVariableMap *)self)->root);
    PyObject_GC_Del(self);
}

static int map_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrVariableMap *)self)->root);
    return 0;
}

PyTypeObject kr_variable_map_node_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "hamt_bitmap_node",
    .tp_basicsize = sizeof(KrMapNode),
    .tp_itemsize = sizeof(KrMapEntry),
    .tp_dealloc = node_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = node_traverse,
};

PyTypeObject kr_variable_map_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "hamt",
    .tp_basicsize = sizeof(KrVariableMap),
    .tp_dealloc = map_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = map_traverse,
};
