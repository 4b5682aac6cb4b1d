import * as errors from "../../../../lambda/rotation/support/errors";

const { RotationError, ...classes } = errors;

test.each(Object.entries(classes))(
  "%s calls itself so, as minified code has another name for it",
  (name, Failure) => {
    expect(new Failure({ problem: "It failed", remedy: "Mend it." })).toMatchObject({
      name,
      message: "It failed. Mend it.",
    });
  },
);
