// socket.h - the socket object, and what the files of this module share.
//
// _ssl reads PySocketSockObject and the capsule _socket.CAPI: both layouts are fixed.
#ifndef KR_MODULES_SOCKET_H
#define KR_MODULES_SOCKET_H

#define PY_SSIZE_T_CLEAN
#include "Python.h"
#include "structmember.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>

typedef struct {
    PyObject_HEAD
    int sock_fd;                        // -1: closed
    int sock_family, sock_type, sock_proto;
    PyObject *(*errorhandler)(void);    // raises OSError out of errno
    _PyTime_t sock_timeout;             // nanoseconds; -1: block for ever, 0: never block
} PySocketSockObject;

typedef struct {
    PyTypeObject *Sock_Type;
    PyObject *error;
    PyObject *timeout_error;
} PySocketModule_APIObject;

_Static_assert(sizeof(PySocketSockObject) == 48, "read by _ssl");

typedef union {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
    struct sockaddr_nl nl;
    struct sockaddr_ll ll;
    struct sockaddr_vm vm;
    struct sockaddr_storage storage;
} KrAddress;

extern PyTypeObject kr_socket_type;
// gaierror and herror, made by the module.
PyObject *kr_socket_gaierror(void);
PyObject *kr_socket_herror(void);

// ---- socket.c

// One try of a system call, without the lock: true when it succeeded, else errno says why not.
typedef int (*KrSocketAttempt)(PySocketSockObject *self, void *data);
// Tries until it succeeds, fails or the timeout ends; signals are handled.  0, or -1 with an
// exception (or, when [ret_error] is given, with the errno there).
int kr_socket_attempt(PySocketSockObject *self, int writing, KrSocketAttempt attempt, void *data,
                      int *ret_error, _PyTime_t timeout);
PyObject *kr_socket_wrap(PyTypeObject *type, int descriptor, int family, int kind, int protocol);
PyObject *kr_socket_raise(void);

// ---- transfer.c, added to the type's methods by socket.c

extern PyMethodDef *kr_socket_transfer_methods(void);

// ---- address.c

// 1, or 0 with an exception.  [function] is for messages.
int kr_address_read(PySocketSockObject *self, PyObject *object, KrAddress *ret_address,
                    socklen_t *ret_size, const char *function);
PyObject *kr_address_as_object(int descriptor, const KrAddress *address, socklen_t size);
// Room for an address of the socket's family.
socklen_t kr_address_room(const PySocketSockObject *self);
// Resolves a host to an address of [family]: 0 or -1.
int kr_address_resolve(const char *host, KrAddress *ret_address, int family);
PyObject *kr_address_ip_text(const KrAddress *address, socklen_t size);
// The name of a host as bytes for the system: str (IDNA), bytes or bytearray.  New bytes or NULL.
PyObject *kr_address_host_name(PyObject *object);
PyObject *kr_socket_raise_gai(int error);

// ---- names.c

PyMethodDef *kr_socket_name_functions(void);

#endif
