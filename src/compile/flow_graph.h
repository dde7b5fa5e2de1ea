// flow_graph.h - passes over the blocks of a unit.
#ifndef KR_COMPILE_FLOW_GRAPH_H
#define KR_COMPILE_FLOW_GRAPH_H

#include "compile/compiler.h"

// Marks exits, and makes jumps pass over empty blocks.
void kr_flow_normalize(KrCompiler *c);

// Applies the rules within a block; may add to the list of constants.  0 or -1.
int kr_peephole(KrCompiler *c, KrBlock *block, PyObject *constants);

#endif
