/* An extension whose types are called as CPython's own, or keep what the collector is not told: as Cython's generators, the package regex,
 * dbus and pybind11 do. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

struct generator {
    PyObject_HEAD
    void *body;
    PyObject *closure, *code, *name;
    long words[12];
};

static int generator_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((struct generator *)self)->closure);
    return 0;
}

static int generator_set(PyObject *self, PyObject *args, PyObject *unused)
{
    struct generator *g = (struct generator *)self;
    (void)unused;
    if (!PyArg_ParseTuple(args, "OOO", &g->closure, &g->code, &g->name))
        return -1;
    Py_INCREF(g->closure);
    Py_INCREF(g->code);
    Py_INCREF(g->name);
    g->body = (void *)generator_set;
    for (int i = 0; i < 12; i++)
        g->words[i] = i * 1000003L - 1;
    return 0;
}

static PyMemberDef generator_members[] = {{"gi_code", T_OBJECT, offsetof(struct generator, code), READONLY, NULL}, {NULL}};

static PyTypeObject generator_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "generator",
    .tp_basicsize = sizeof(struct generator),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = generator_traverse,
    .tp_members = generator_members,
    .tp_init = generator_set,
    .tp_new = PyType_GenericNew,
};

struct function {
    PyObject_HEAD
    PyObject *loops, *object; /* the first is not visited, as of numpy's functions */
};

static int function_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((struct function *)self)->object);
    return 0;
}

static int function_set(PyObject *self, PyObject *args, PyObject *unused)
{
    struct function *f = (struct function *)self;
    (void)unused;
    if (!PyArg_ParseTuple(args, "OO", &f->loops, &f->object))
        return -1;
    Py_INCREF(f->loops);
    Py_INCREF(f->object);
    return 0;
}

static PyTypeObject function_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "foreign.function",
    .tp_basicsize = sizeof(struct function),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = function_traverse,
    .tp_init = function_set,
    .tp_new = PyType_GenericNew,
};

struct pattern {
    PyObject_HEAD
    PyObject *kept; /* nobody is told of it: there is no tp_traverse */
    long words[12];
};

static int pattern_set(PyObject *self, PyObject *args, PyObject *unused)
{
    struct pattern *p = (struct pattern *)self;
    (void)unused;
    if (!PyArg_ParseTuple(args, "O", &p->kept))
        return -1;
    Py_INCREF(p->kept);
    memset(p->words, 0x55, sizeof p->words);
    return 0;
}

static PyTypeObject pattern_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "foreign.Pattern",
    .tp_basicsize = sizeof(struct pattern),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_init = pattern_set,
    .tp_new = PyType_GenericNew,
};

struct typed_list {
    PyListObject list;
    PyObject *signature; /* list's tp_traverse does not visit it */
};

static PyMemberDef typed_list_members[] = {
    {"signature", T_OBJECT, offsetof(struct typed_list, signature), 0, NULL}, {NULL}};

static PyTypeObject typed_list_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "foreign.TypedList",
    .tp_basicsize = sizeof(struct typed_list),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_members = typed_list_members,
    .tp_base = &PyList_Type,
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "foreign", .m_size = -1};

/* As pybind11 makes its metatype: on the heap, with the tp_traverse of type. */
static PyObject *metatype(void)
{
    PyHeapTypeObject *made = (PyHeapTypeObject *)PyType_Type.tp_alloc(&PyType_Type, 0);
    if (!made)
        return NULL;
    made->ht_name = PyUnicode_FromString("foreign_type");
    made->ht_qualname = PyUnicode_FromString("foreign_type");
    Py_INCREF(&PyType_Type);
    made->ht_type.tp_name = "foreign_type";
    made->ht_type.tp_base = &PyType_Type;
    made->ht_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HEAPTYPE;
    return PyType_Ready(&made->ht_type) ? NULL : (PyObject *)made;
}

PyMODINIT_FUNC PyInit_foreign(void)
{
    PyTypeObject *types[] = {&generator_type, &pattern_type, &typed_list_type, &function_type};
    const char *names[] = {"generator", "Pattern", "TypedList", "function"};
    PyObject *m = PyModule_Create(&module), *meta = metatype();
    for (int i = 0; m && meta && i < 4; i++) {
        Py_INCREF(types[i]);
        if (PyType_Ready(types[i]) || PyModule_AddObject(m, names[i], (PyObject *)types[i]))
            return NULL;
    }
    return m && meta && !PyModule_AddObject(m, "foreign_type", meta) ? m : NULL;
}
