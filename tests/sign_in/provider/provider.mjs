// An OpenID Connect provider on this machine, for the tests: oidc-provider with the accounts and clients that standard
// input names. It prints its issuer when it listens, and ends when its input does.
//
// Input, one line of JSON: {redirects: [...], accounts: {LOGIN: {sub, amr?, ...claims}}}.
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider, { interactionPolicy } from "oidc-provider";

const lines = createInterface({ input: process.stdin });
const { redirects, accounts } = JSON.parse((await once(lines, "line"))[0]);
lines.on("close", () => process.exit(0));

const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const profile = ["name", "preferred_username", "tid", "oid", "hd", "acct", "idp"];
const described = new Map(); // by subject: the account as it was when somebody last signed in with it
const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);
const provider = new Provider(issuer, {
  clients: [{ client_id: "heedful", client_secret: "a secret that is long enough", redirect_uris: redirects }],
  claims: { openid: ["sub", "amr"], email: ["email", "email_verified"], profile },
  // Google and Microsoft put these into the token; the plain standard answers them at the userinfo endpoint alone.
  conformIdTokenClaims: process.argv.includes("--lean"),
  pkce: { required: () => true },
  cookies: { keys: ["for tests alone"] },
  features: { devInteractions: { enabled: false } },
  interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, subject) => described.has(subject) && { accountId: subject, claims: () => described.get(subject) },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();

server.on("request", async (request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  const { params } = await provider.interactionDetails(request, response);
  if (!params.nonce || !params.state) return response.writeHead(400).end("no nonce or no state");
  if (request.method === "GET") {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    return response.end(`<!doctype html><html lang="en"><title>The school's directory</title><h1>The school's directory</h1>
      <form method="post"><label>Account <input name="login"></label> <button>Go on</button> <button name="stop" value="1">Stop</button></form>`);
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  if (form.has("stop")) return provider.interactionFinished(request, response, { error: "access_denied" });
  const account = accounts[form.get("login")];
  described.set(account.sub, account);
  const result = { select_account: {}, login: { accountId: account.sub, amr: account.amr } };
  return provider.interactionFinished(request, response, result);
});
console.log(issuer);
