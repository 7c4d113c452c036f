// Intrusive doubly linked lists: a node lies inside what it lists, so adding and removing never allocate.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct list {
  struct list *next, *prev;
};

#define LIST_OWNER(node, type, member) ((type *)((char *)(node) - offsetof(type, member)))

static inline void list_init(struct list *head) { head->next = head->prev = head; }

static inline bool list_empty(const struct list *head) { return head->next == head; }

// Puts `node` in front of `at`; with the head as `at` that is the end of the list.
static inline void list_insert_before(struct list *at, struct list *node) {
  node->next = at;
  node->prev = at->prev;
  at->prev->next = node;
  at->prev = node;
}

// A node that is in no list points to itself, so removing twice is harmless.
static inline void list_remove(struct list *node) {
  node->prev->next = node->next;
  node->next->prev = node->prev;
  list_init(node);
}
