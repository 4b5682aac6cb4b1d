/** Of a client of the SDK that calls an emulator, or whatever else takes any credentials. */
export function clientSettings({ endpoint }: { readonly endpoint: string }) {
  return {
    endpoint,
    region: "ap-northeast-2",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
}
