/*
 * A link in user space: two TUN devices, and what goes into one comes out of the other after a delay, unless it is lost, at
 * no more than a rate, behind a queue that holds so many milliseconds. Each way alike. For kernels without netem.
 *
 *   wan DEVICE_A DEVICE_B DELAY_MS LOSS_PERCENT MBIT QUEUE_MS SEED
 *
 * Prints "up" once both devices are there. Ends on SIGTERM, or with its parent, and its devices with it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define PACKET_BYTES_MAX 2048
/* So many from one device before the other gets its turn. */
#define PACKETS_A_TURN 64

struct packet {
  struct packet *next;
  double due_ms;
  int bytes;
  unsigned char content[];
};

/* One way of the link: packets are read from one device, and written to the other when they are due. */
struct way {
  int from, to;
  struct packet *first, **last;
  /* When the line has sent all that it was given. */
  double free_at_ms;
};

struct conditions {
  double delay_ms, loss, bytes_per_ms, queue_ms;
};

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int open_device(const char *name) {
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (device < 0 || ioctl(device, TUNSETIFF, &request) < 0) {
    perror("/dev/net/tun");
    exit(1);
  }
  return device;
}

static void deliver(struct way *way, double now) {
  while (way->first != NULL && way->first->due_ms <= now) {
    struct packet *packet = way->first;
    /* A device whose other side is gone takes nothing: the packet is lost, as on any link. */
    if (write(way->to, packet->content, packet->bytes) < 0) { }
    way->first = packet->next;
    if (way->first == NULL) way->last = &way->first;
    free(packet);
  }
}

static void append(struct way *way, const unsigned char *content, int bytes, double due_ms) {
  struct packet *packet = malloc(sizeof *packet + bytes);
  if (packet == NULL) return;
  packet->next = NULL;
  packet->due_ms = due_ms;
  packet->bytes = bytes;
  memcpy(packet->content, content, bytes);
  *way->last = packet;
  way->last = &packet->next;
}

static void accept_packets(struct way *way, const struct conditions *link, double now) {
  unsigned char content[PACKET_BYTES_MAX];
  for (int turn = 0; turn < PACKETS_A_TURN; turn++) {
    int bytes = read(way->from, content, sizeof content);
    if (bytes <= 0) return;
    if (drand48() < link->loss) continue;
    double begins = way->free_at_ms > now ? way->free_at_ms : now;
    if (begins - now > link->queue_ms) continue;
    way->free_at_ms = begins + bytes / link->bytes_per_ms;
    append(way, content, bytes, way->free_at_ms + link->delay_ms);
  }
}

static void wait_for_work(const struct way *ways) {
  double wait_ms = 1000;
  double now = now_ms();
  for (int i = 0; i < 2; i++)
    if (ways[i].first != NULL && ways[i].first->due_ms - now < wait_ms) wait_ms = ways[i].first->due_ms - now;
  if (wait_ms < 0) wait_ms = 0;
  struct timespec timeout = {.tv_sec = wait_ms / 1000, .tv_nsec = (long)(wait_ms * 1e6) % 1000000000};
  struct pollfd polled[2] = {{ways[0].from, POLLIN, 0}, {ways[1].from, POLLIN, 0}};
  ppoll(polled, 2, &timeout, NULL);
}

int main(int count, char **arguments) {
  if (count != 8) {
    fprintf(stderr, "usage: wan DEVICE_A DEVICE_B DELAY_MS LOSS_PERCENT MBIT QUEUE_MS SEED\n");
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  /* A link does not wait for the programs at its ends. */
  setpriority(PRIO_PROCESS, 0, -20);
  int a = open_device(arguments[1]);
  int b = open_device(arguments[2]);
  struct conditions link = {
      .delay_ms = atof(arguments[3]),
      .loss = atof(arguments[4]) / 100,
      .bytes_per_ms = atof(arguments[5]) * 1000 / 8,
      .queue_ms = atof(arguments[6]),
  };
  srand48(atol(arguments[7]));
  struct way ways[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
  for (int i = 0; i < 2; i++) ways[i].last = &ways[i].first;
  printf("up\n");
  fflush(stdout);
  for (;;) {
    wait_for_work(ways);
    for (int i = 0; i < 2; i++) deliver(&ways[i], now_ms());
    for (int i = 0; i < 2; i++) accept_packets(&ways[i], &link, now_ms());
  }
}
