import { blocksOf, type Deployment } from "../deployed/resources";
import { type Block, blockOf } from "./blocks";
import { NetworkAcls } from "./network-acls";
import { KIND, type Party, type Place, partiesOf } from "./parties";
import { refuseUnknownTypes } from "./resource-types";
import { Routes } from "./routes";
import { type Certainty, type GroupRule, groupRules, meets, type Peer } from "./rules";
import {
  ANSWERS,
  EVERYTHING,
  intersection,
  isWithin,
  NOTHING,
  type Traffic,
  tcp,
  trafficOf,
  union,
} from "./traffic";

/** A node behind a load balancer. */
interface Target {
  readonly balancer: Party;
  readonly node: Party;
  readonly port: number;
  /** Whether the node sees the client's address, and not the balancer's. */
  readonly seesClient: boolean;
  /** What the balancer asks the node whether it is well. */
  readonly health: Traffic;
}

/** What Vault binds a token to is the client's address. */
export const BY_WAY_OF_BALANCER = `${KIND.nodes}, with the client's address, by way of the load balancer`;

const ANYWHERE = blockOf("0.0.0.0/0");

/** Who can open a connection to whom. */
export class Reachability {
  readonly rules: readonly GroupRule[];
  readonly parties: readonly Party[];
  readonly #targets: readonly Target[];
  readonly #acls: NetworkAcls;
  readonly #routes: Routes;
  readonly #rules = new Map<string, readonly GroupRule[]>();
  readonly #natSubnets: readonly string[];

  /** @throws Error if something is deployed that the model does not know. */
  constructor(readonly deployment: Deployment) {
    refuseUnknownTypes(deployment);
    this.rules = groupRules(deployment.resources);
    this.parties = partiesOf(deployment);
    this.#targets = this.#findTargets();
    this.#acls = new NetworkAcls(deployment.resources);
    this.#routes = new Routes(deployment.resources);
    this.#natSubnets = this.valuesOf("aws_nat_gateway").map(({ subnet_id }) => subnet_id);
  }

  valuesOf(type: string) {
    return this.deployment.resources.filter((one) => one.type === type).map(({ values }) => values);
  }

  /** From each of one's places to each of the other's: by some, or by all of them. */
  opens(from: Party, to: Party, certainty: Certainty): Traffic {
    if (from === to || from.kind === KIND.s3) return NOTHING;
    if (from.kind === KIND.balancer) return this.#checks(from, to, certainty);
    return intersection(this.#between(from, to, certainty), to.listens);
  }

  /** What comes to a node from a client by way of a load balancer. */
  opensThrough(from: Party, node: Party, certainty: Certainty): Traffic {
    const ways = this.#targets
      .filter((target) => target.node === node && target.seesClient)
      .filter(({ balancer }) => this.opens(from, balancer, certainty).length > 0)
      .map((target) => intersection(this.#toTarget(from, target, certainty), tcp(target.port)));
    return union(...ways);
  }

  /** Whom a rule is about, on its own side or on the other. */
  partiesOfGroup(group: string): readonly Party[] {
    return this.parties.filter(({ groups }) => groups?.includes(group));
  }

  partiesOfPeer(peer: Peer): readonly Party[] {
    return this.parties.filter((party) =>
      blocksOfParty(party).some((block) =>
        meets(peer, { groups: party.groups ?? [], block, prefixList: party.prefixList }, "some"),
      ),
    );
  }

  /** A load balancer opens connections to its targets, and of itself only to see whether they are well. */
  #checks(balancer: Party, to: Party, certainty: Certainty): Traffic {
    const targets = this.#targets.filter((target) => target.balancer === balancer && target.node === to);
    const asked = union(...targets.map(({ health }) => health));
    return intersection(this.#between(balancer, to, certainty), asked);
  }

  /** Security groups see the balancer, network ACLs the address (Network Load Balancers, "Client IP preservation"). */
  #toTarget(from: Party, { balancer, node }: Target, certainty: Certainty): Traffic {
    return this.#combined(balancer.places, node.places, certainty, (hop, place) => {
      return intersection(
        this.#groupsLet(balancer, hop.block, node, place.block, certainty),
        this.#combined(from.places, [place], certainty, ({ block }) =>
          this.#borders({ ...hop, block }, place, certainty),
        ),
      );
    });
  }

  #between(from: Party, to: Party, certainty: Certainty): Traffic {
    if (from.places.length === 0 && to.places.length === 0)
      return from.environment && to.kind === KIND.internet ? EVERYTHING : NOTHING;
    if (to.places.length === 0)
      return this.#combined(from.places, [undefined], certainty, (place) =>
        this.#outward(from, place, to, certainty),
      );
    if (from.places.length === 0)
      return this.#combined([undefined], to.places, certainty, (_, place) =>
        this.#inward(from, to, place, certainty),
      );
    return this.#combined(from.places, to.places, certainty, (one, other) =>
      one.vpc === other.vpc
        ? intersection(
            this.#groupsLet(from, one.block, to, other.block, certainty),
            this.#borders(one, other, certainty),
          )
        : NOTHING,
    );
  }

  #outward(from: Party, place: Place, to: Party, certainty: Certainty): Traffic {
    const leads = to.kind === KIND.s3 ? this.#routes.has(place.subnet, "s3") : this.#leadsOut(from, place);
    if (!leads) return NOTHING;
    const there = to.kind === KIND.s3 ? this.#s3Block() : ANYWHERE;
    return intersection(
      this.#groupsLet(from, place.block, to, there, certainty),
      this.#border(place, there, "egress", certainty),
    );
  }

  #inward(from: Party, to: Party, place: Place, certainty: Certainty): Traffic {
    const isReached =
      from.kind !== KIND.s3 && to.isPublic && this.#routes.has(place.subnet, "internet gateway");
    if (!isReached) return NOTHING;
    return intersection(
      this.#groupsLet(from, ANYWHERE, to, place.block, certainty),
      this.#border(place, ANYWHERE, "ingress", certainty),
    );
  }

  #leadsOut({ isPublic }: Party, { subnet }: Place): boolean {
    if (isPublic && this.#routes.has(subnet, "internet gateway")) return true;
    const gateways = this.#natSubnets.some((one) => this.#routes.has(one, "internet gateway"));
    return gateways && this.#routes.has(subnet, "nat gateway");
  }

  #groupsLet(from: Party, source: Block, to: Party, there: Block, certainty: Certainty): Traffic {
    const one = { groups: from.groups ?? [], block: source, prefixList: from.prefixList };
    const other = { groups: to.groups ?? [], block: there, prefixList: to.prefixList };
    const by = (direction: "egress" | "ingress", groups: Party["groups"], seen: typeof one) =>
      groups
        ? union(
            ...groups
              .flatMap((group) => this.#rulesOf(group, direction))
              .filter((rule) => meets(rule.peer, seen, certainty))
              .map(({ traffic }) => traffic),
          )
        : EVERYTHING;
    const out = by("egress", from.groups, other);
    return out.length === 0 ? NOTHING : intersection(out, by("ingress", to.groups, one));
  }

  #rulesOf(group: string, direction: "egress" | "ingress"): readonly GroupRule[] {
    const key = `${group} ${direction}`;
    const known =
      this.#rules.get(key) ??
      this.rules.filter((rule) => rule.group === group && rule.direction === direction);
    this.#rules.set(key, known);
    return known;
  }

  /** Within a subnet no network ACL is asked. */
  #borders(one: Place, other: Place, certainty: Certainty): Traffic {
    if (one.subnet === other.subnet || this.#acls.areNone) return EVERYTHING;
    return intersection(
      this.#border(one, other.block, "egress", certainty),
      this.#border(other, one.block, "ingress", certainty),
    );
  }

  /** What passes a subnet's border, if the answers to it may pass, too. */
  #border({ subnet }: Place, block: Block, direction: "egress" | "ingress", certainty: Certainty): Traffic {
    const seen = { groups: [], block };
    const back = direction === "egress" ? "ingress" : "egress";
    const answers = this.#acls.passing(subnet, back, seen, certainty);
    const isAnswered = certainty === "some" ? answers.length > 0 : isWithin(ANSWERS, answers);
    return isAnswered ? this.#acls.passing(subnet, direction, seen, certainty) : NOTHING;
  }

  #combined<One, Other>(
    these: readonly One[],
    those: readonly Other[],
    certainty: Certainty,
    between: (one: One, other: Other) => Traffic,
  ): Traffic {
    const all = these.flatMap((one) => those.map((other) => between(one, other)));
    const [first = NOTHING, ...more] = all;
    return certainty === "some" ? union(...all) : intersection(first, ...more);
  }

  #s3Block(): Block {
    const [cidr] = this.valuesOf("aws_prefix_list")[0]?.cidr_blocks ?? [];
    return blockOf(cidr ?? "203.0.113.0/24");
  }

  #findTargets(): readonly Target[] {
    return this.valuesOf("aws_lb_target_group").flatMap((group) => {
      const listeners = this.valuesOf("aws_lb_listener").filter((listener) =>
        blocksOf(listener, "default_action").some((action) => action.target_group_arn === group.arn),
      );
      const balancers = this.parties.filter((party) =>
        listeners.some((listener) => listener.load_balancer_arn === party.values.arn),
      );
      const attachments = this.valuesOf("aws_lb_target_group_attachment").filter(
        (attachment) => attachment.target_group_arn === group.arn,
      );
      return attachments.flatMap(({ target_id: address, port = group.port }) =>
        this.parties
          .filter(
            (party) => party.kind === KIND.nodes && party.places[0]?.block.first === blockOf(address).first,
          )
          .flatMap((node) =>
            balancers.map((balancer) => ({
              balancer,
              node,
              port,
              seesClient: String(group.preserve_client_ip) === "true",
              health: healthTraffic(blocksOf(group, "health_check")[0]?.port, port),
            })),
          ),
      );
    });
  }
}

function healthTraffic(checked: unknown, port: number): Traffic {
  const own = checked === undefined || checked === "traffic-port" ? port : Number(checked);
  return trafficOf("tcp", own, own);
}

function blocksOfParty({ places, kind }: Party): readonly Block[] {
  if (places.length > 0) return places.map(({ block }) => block);
  return kind === KIND.internet || kind === KIND.s3 ? [ANYWHERE] : [];
}
