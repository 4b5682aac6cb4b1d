test("what the user works on does not reach the tests", () => {
  const own = { ENVIRONMENT: "prod", SECRET_BACKEND: "vault", CDKTF_OUTDIR: "/elsewhere" };
  Object.assign(process.env, own);

  jest.isolateModules(() => require("../jest.config.js"));

  expect(Object.keys(own).filter((name) => name in process.env)).toEqual([]);
});
