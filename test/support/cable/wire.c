/* wire PORT_A PORT_B DELAY_MS RATE_MBIT QUEUE_MS LOSS_PERCENT SEED
 *
 * Joins two interfaces of this network namespace as a long cable would: each way a frame is lost at random, waits its turn in
 * a queue of at most QUEUE_MS at RATE_MBIT (0: no limit), and then travels for DELAY_MS. For kernels without netem.
 *
 * Says "up" once it carries. SIGUSR1 cuts the cable: what is on its way or comes is lost; SIGUSR2 mends it. SIGTERM ends it, and so
 * does the end of whoever started it; then it says what became of the frames. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WAITING 65536       /* frames on their way at most, each way; a power of two */
#define BATCH 64            /* frames taken from or given to the kernel by one call */
#define SOCKET_BYTES (64 << 20)
#define VIRTIO_HEADER 10    /* before each frame: what the sender left to the device to do, such as a checksum */
#define FRAME_BYTES 2048    /* a packet as it goes over Ethernet; the ends must not hand over larger ones */
#define IGNORE_OUTGOING 23  /* PACKET_IGNORE_OUTGOING, which older headers lack */

typedef struct frame {
  struct frame *next;
  int64_t due_ns;
  size_t bytes;
  unsigned char content[FRAME_BYTES];
} frame;

typedef struct {
  int from, to;
  frame *waiting[WAITING];
  unsigned first, last;
  int64_t free_ns; /* when the last frame will have left the queue */
  long carried, lost, overflowed, oversized;
} way;

static volatile sig_atomic_t ended, cut;
static frame *spare;
static uint64_t chance;

static void on_signal(int number) {
  if (number == SIGTERM) ended = 1;
  else cut = number == SIGUSR1;
}

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* xorshift64: from 0 to 1. */
static double draw(void) {
  chance ^= chance << 13;
  chance ^= chance >> 7;
  chance ^= chance << 17;
  return (double)(chance >> 11) / 9007199254740992.0;
}

static frame *take(void) {
  frame *taken = spare;
  if (taken) spare = taken->next;
  else taken = malloc(sizeof *taken);
  if (!taken) exit(1);
  return taken;
}

static void give_back(frame *given) {
  given->next = spare;
  spare = given;
}

static int open_port(const char *name) {
  int one = 1, bytes = SOCKET_BYTES;
  int port = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  struct sockaddr_ll address = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(name)};
  struct packet_mreq all = {.mr_ifindex = address.sll_ifindex, .mr_type = PACKET_MR_PROMISC};
  if (port < 0 || !address.sll_ifindex || setsockopt(port, SOL_PACKET, IGNORE_OUTGOING, &one, sizeof one) ||
      setsockopt(port, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one) ||
      setsockopt(port, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) ||
      setsockopt(port, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) ||
      setsockopt(port, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) ||
      bind(port, (struct sockaddr *)&address, sizeof address)) {
    perror(name);
    exit(1);
  }
  return port;
}

/* Puts a frame on its way, or loses it. */
static void enter(way *its, frame *entering, int64_t now, double delay_ns, double bits_ns, double queue_ns, double loss) {
  int64_t leaves = its->free_ns > now ? its->free_ns : now;
  if (cut || (loss > 0 && draw() < loss)) {
    its->lost++;
    give_back(entering);
    return;
  }
  if ((bits_ns > 0 && (double)(leaves - now) > queue_ns) || its->last - its->first == WAITING) {
    its->overflowed++;
    give_back(entering);
    return;
  }
  if (bits_ns > 0) its->free_ns = leaves += (int64_t)((double)(entering->bytes - VIRTIO_HEADER) * 8 * bits_ns);
  entering->due_ns = leaves + (int64_t)delay_ns;
  its->waiting[its->last++ % WAITING] = entering;
}

/* Takes in what has come: at most a batch. Returns how many. */
static int receive(way *its, double delay_ns, double bits_ns, double queue_ns, double loss) {
  static struct mmsghdr messages[BATCH];
  static struct iovec parts[BATCH];
  static frame *frames[BATCH];
  for (int i = 0; i < BATCH; i++) {
    if (!frames[i]) frames[i] = take();
    parts[i] = (struct iovec){frames[i]->content, FRAME_BYTES};
    messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}};
  }
  int count = recvmmsg(its->from, messages, BATCH, MSG_DONTWAIT, NULL);
  int64_t now = now_ns();
  for (int i = 0; i < count; i++) {
    if (messages[i].msg_hdr.msg_flags & MSG_TRUNC) {
      its->oversized++;
      continue;
    }
    frames[i]->bytes = messages[i].msg_len;
    enter(its, frames[i], now, delay_ns, bits_ns, queue_ns, loss);
    frames[i] = NULL;
  }
  return count;
}

/* Hands over what is due: at most a batch. Returns how many. */
static int deliver(way *its, int64_t now) {
  static struct mmsghdr messages[BATCH];
  static struct iovec parts[BATCH];
  int count = 0, sent;
  while (count < BATCH && its->first + (unsigned)count != its->last) {
    frame *next = its->waiting[(its->first + (unsigned)count) % WAITING];
    if (next->due_ns > now) break;
    parts[count] = (struct iovec){next->content, next->bytes};
    messages[count] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[count], .msg_iovlen = 1}};
    count++;
  }
  for (int done = 0; done < count && !cut; done += sent) {
    sent = sendmmsg(its->to, messages + done, (unsigned)(count - done), MSG_DONTWAIT);
    if (sent > 0) its->carried += sent;
    else sent = 1, its->overflowed++;
  }
  if (cut) its->lost += count;
  for (int i = 0; i < count; i++) give_back(its->waiting[its->first++ % WAITING]);
  return count;
}

static void wait_for_more(const way ways[2]) {
  int64_t next = now_ns() + 200000000;
  for (int i = 0; i < 2; i++)
    if (ways[i].first != ways[i].last && ways[i].waiting[ways[i].first % WAITING]->due_ns < next)
      next = ways[i].waiting[ways[i].first % WAITING]->due_ns;
  int64_t wait = next - now_ns();
  if (wait < 0) wait = 0;
  struct timespec for_this = {wait / 1000000000, wait % 1000000000};
  struct pollfd ports[2] = {{ways[0].from, POLLIN, 0}, {ways[1].from, POLLIN, 0}};
  if (ppoll(ports, 2, &for_this, NULL) < 0 && errno != EINTR) exit(1);
}

int main(int count, char **given) {
  static way ways[2];
  if (count != 8) {
    fprintf(stderr, "wire PORT_A PORT_B DELAY_MS RATE_MBIT QUEUE_MS LOSS_PERCENT SEED\n");
    return 2;
  }
  double delay_ns = atof(given[3]) * 1e6, mbit = atof(given[4]), queue_ns = atof(given[5]) * 1e6;
  double loss = atof(given[6]) / 100, bits_ns = mbit > 0 ? 1000 / mbit : 0;
  chance = strtoull(given[7], NULL, 10) * 2654435761u + 88172645463325252ull;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  struct sigaction heard = {.sa_handler = on_signal};
  sigaction(SIGTERM, &heard, NULL);
  sigaction(SIGUSR1, &heard, NULL);
  sigaction(SIGUSR2, &heard, NULL);
  signal(SIGINT, SIG_IGN); /* the terminal tells everybody, and whoever started this ends it in order */
  int a = open_port(given[1]), b = open_port(given[2]);
  ways[0].from = ways[1].to = a;
  ways[1].from = ways[0].to = b;
  puts("up");
  fflush(stdout);
  while (!ended) {
    int moved = 0;
    for (int i = 0; i < 2; i++) {
      int got = receive(&ways[i], delay_ns, bits_ns, queue_ns, loss), gone = deliver(&ways[i], now_ns());
      if (got > 0) moved += got;
      moved += gone;
    }
    if (moved == 0) wait_for_more(ways);
  }
  for (int i = 0; i < 2; i++)
    printf("%s: carried %ld, lost %ld, overflowed %ld, oversized %ld\n", i ? "back" : "forth", ways[i].carried,
           ways[i].lost, ways[i].overflowed, ways[i].oversized);
  return 0;
}
