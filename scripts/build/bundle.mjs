// Bundles with esbuild.

/**
 * @param root folder that paths begin at.
 * @returns the code, the paths of what is in it but for packages, and how many bytes of it each module is.
 */
export async function bundle(root, entry, options) {
  const esbuild = await import("esbuild");
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "cjs",
    legalComments: "none",
    logLevel: "warning",
    write: false,
    metafile: true,
    ...options,
  });
  const [output] = Object.values(result.metafile.outputs);
  return {
    code: result.outputFiles[0].contents,
    inputs: Object.keys(result.metafile.inputs).filter((input) => !input.includes("node_modules/")),
    modules: Object.fromEntries(
      Object.entries(output.inputs).map(([name, { bytesInOutput }]) => [name, bytesInOutput]),
    ),
  };
}
