import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A comment or an issue: GitHub shows both in much the same way. */
interface Post {
  id: number;
  number: number;
  body: string;
  state: string;
  user: { login: string };
}

/**
 * What GitHub's REST API answers to the few calls that are made here (GitHub Docs, "REST API endpoints for issue
 * comments", "for issues" and "for deployment environments"), for the repository acme/payments. There is no GitHub that could be run.
 */
export class FakeGitHub {
  readonly comments: Post[] = [];
  readonly issues: Post[] = [];
  /** Names of environments with required reviewers; others have none. */
  readonly reviewed = new Set<string>();
  private readonly server: Server;

  constructor(private readonly token: string) {
    this.server = createServer(async (request, response) => {
      const [status, answer] = this.answer(request, await bodyOf(request));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A post of somebody. */
  add(posts: Post[], body: string, login = "github-actions[bot]"): Post {
    const id = this.comments.length + this.issues.length + 1;
    const post = { id, number: id, body, state: "open", user: { login } };
    posts.push(post);
    return post;
  }

  private answer({ method, url = "", headers }: IncomingMessage, sent: Partial<Post>): [number, unknown] {
    if (headers.authorization !== `Bearer ${this.token}`) return [401, { message: "Bad credentials" }];
    const { pathname, searchParams } = new URL(url, "http://github");
    const [, environment] = /^\/repos\/acme\/payments\/environments\/(\w+)$/.exec(pathname) ?? [];
    if (environment !== undefined) {
      const rules = this.reviewed.has(environment)
        ? ["required_reviewers", "branch_policy"]
        : ["branch_policy"];
      return [200, { name: environment, protection_rules: rules.map((type) => ({ type })) }];
    }
    const [, kind = "", id] =
      /^\/repos\/acme\/payments\/issues(?:\/7)?(\/comments)?(?:\/(\d+))?$/.exec(pathname) ?? [];
    const posts = kind ? this.comments : this.issues;
    if (method === "GET") {
      const [page, size] = [Number(searchParams.get("page")), Number(searchParams.get("per_page"))];
      const open = posts.filter(({ state }) => state === "open");
      return [200, open.slice((page - 1) * size, page * size)];
    }
    if (method === "POST") return [201, this.add(posts, String(sent.body))];
    const post = posts.find((one) => String(one.id) === id);
    if (method !== "PATCH" || !post) return [404, { message: "Not Found" }];
    return [200, Object.assign(post, sent)];
  }
}

async function bodyOf(request: IncomingMessage): Promise<Partial<Post>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}
