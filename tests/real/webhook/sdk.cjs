// What the providers' own SDKs say of signed requests: a list of `{ provider, url, body, headers, key }` on
// standard input, a list of true and false on standard output; null where there is no SDK.
const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");
const { readFileSync } = require("node:fs");

// The time at which the requests were signed, however long the SDKs take to load: Paddle's allows 5 s.
const signed = Number(process.env.SIGNED_AT) * 1000;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length > 0) super(...parts);
    else super(signed);
  }
  static now() {
    return signed;
  }
};

const sdk = createRequire(`${process.env.GONOGO_NODE_MODULES}/`);

const providers = {
  stripe({ body, headers, key }) {
    return sdk("stripe")("sk_test_example").webhooks.constructEvent(body, headers["stripe-signature"], key) != null;
  },
  "standard-webhooks"({ body, headers, key }) {
    const { Webhook } = sdk("standardwebhooks");
    const named = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.replace("webhook-", "svix-"), text]));
    const { Webhook: Svix } = sdk("svix");
    new Svix(key).verify(body, named);
    new Webhook(key).verify(body, headers);
    return true;
  },
  async github({ body, headers, key }) {
    const file = `${process.env.GONOGO_NODE_MODULES}/@octokit/webhooks-methods/dist-node/index.js`;
    const { verify } = await import(pathToFileURL(file));
    return verify(key, body, headers["x-hub-signature-256"]);
  },
  paddle({ body, headers, key }) {
    const { Paddle } = sdk("@paddle/paddle-node-sdk");
    return new Paddle("example").webhooks.isSignatureValid(body, key, headers["paddle-signature"]);
  },
  square({ url, body, headers, key }) {
    const signed = { requestBody: body, signatureHeader: headers["x-square-hmacsha256-signature"] };
    return sdk("square").WebhooksHelper.verifySignature({ ...signed, signatureKey: key, notificationUrl: url });
  },
  twilio({ url, body, headers, key }) {
    const form = Object.fromEntries(new URLSearchParams(body));
    return sdk("twilio").validateRequest(key, headers["x-twilio-signature"], url, form);
  },
  slack({ body, headers, key }) {
    sdk("@slack/bolt").verifySlackRequest({ signingSecret: key, body, headers });
    return true;
  },
  razorpay({ body, headers, key }) {
    return sdk("razorpay").validateWebhookSignature(body, headers["x-razorpay-signature"], key);
  },
  async linear({ body, headers, key }) {
    const file = `${process.env.GONOGO_NODE_MODULES}/@linear/sdk/dist/webhooks/index.mjs`;
    const { LinearWebhookClient } = await import(pathToFileURL(file));
    return new LinearWebhookClient(key).verify(Buffer.from(body), headers["linear-signature"]);
  },
  hubspot({ url, body, headers, key }) {
    return sdk("@hubspot/api-client").Signature.isValid({
      signatureVersion: "v3",
      method: "POST",
      clientSecret: key,
      requestBody: body,
      url,
      signature: headers["x-hubspot-signature-v3"],
      timestamp: Number(headers["x-hubspot-request-timestamp"]),
    });
  },
  line({ body, headers, key }) {
    return sdk("@line/bot-sdk").validateSignature(body, key, headers["x-line-signature"]);
  },
  sendgrid({ body, headers, key }) {
    const { EventWebhook } = sdk("@sendgrid/eventwebhook");
    const webhook = new EventWebhook();
    const signature = headers["x-twilio-email-event-webhook-signature"];
    const timestamp = headers["x-twilio-email-event-webhook-timestamp"];
    return webhook.verifySignature(webhook.convertPublicKeyToECDSA(key), Buffer.from(body), signature, timestamp);
  },
};

async function said(request) {
  const verify = providers[request.provider];
  if (!verify) return null;
  try {
    return (await verify(request)) === true;
  } catch (error) {
    // A missing package is not a refusal.
    if (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND") throw error;
    return false;
  }
}

(async () => {
  const answers = [];
  for (const request of JSON.parse(readFileSync(0, "utf8"))) answers.push(await said(request));
  console.log(JSON.stringify(answers));
})();
