/** A comment or an issue, as far as it is used here. */
export interface Post {
  readonly id: number;
  readonly number: number;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
}

/** Whose posts a workflow may write over: anybody could write one that looks like ours. */
const WORKFLOWS = "github-actions[bot]";
const PAGE = 100;

/** GitHub's REST API for one repository. */
export class GitHub {
  private constructor(
    private readonly api: string,
    private readonly token: string,
    /** Where the workflow's run is. */
    readonly run: string | undefined,
  ) {}

  /** @throws Error if a variable that GitHub sets in a workflow is missing */
  static ofWorkflow(variables: Readonly<Record<string, string | undefined>>): GitHub {
    const needed = (name: string) => {
      const value = variables[name];
      if (!value) throw new Error(`${name} must be set, as GitHub does in workflows; see --help`);
      return value;
    };
    const repository = needed("GITHUB_REPOSITORY");
    const { GITHUB_API_URL: api, GITHUB_SERVER_URL: server, GITHUB_RUN_ID: run } = variables;
    return new GitHub(
      `${api || "https://api.github.com"}/repos/${repository}`,
      needed("GITHUB_TOKEN"),
      run && `${server || "https://github.com"}/${repository}/actions/runs/${run}`,
    );
  }

  /** The oldest post of a workflow that begins with the marker. */
  async findOwn(path: string, marker: string): Promise<Post | undefined> {
    for (let page = 1; ; page += 1) {
      const separator = path.includes("?") ? "&" : "?";
      const posts = await this.call<Post[]>("GET", `${path}${separator}per_page=${PAGE}&page=${page}`);
      const own = posts.find(({ body, user }) => user?.login === WORKFLOWS && body?.startsWith(marker));
      if (own || posts.length < PAGE) return own;
    }
  }

  async call<Result>(method: string, path: string, body?: object): Promise<Result> {
    const answer = await fetch(this.api + path, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.token}`,
        "content-type": "application/json",
        "x-github-api-version": "2022-11-28",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`GitHub answered ${method} ${path} with ${answer.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as Result;
  }
}
