/**
 * Written by `npm run tables`. `read`: when cfn-lint had it from AWS. `standardSupport.read`: the last change of
 * endoflife-date/endoflife.date, which reads AWS's release calendar.
 */
export const PUBLISHED = {
  read: "2026-10-20",
  regions:
    "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 " +
    "ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 " +
    "ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 " +
    "eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 " +
    "il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 " +
    "us-gov-east-1 us-gov-west-1 us-west-1 us-west-2",
  engineVersions: {
    "aurora-mysql":
      "8.0.mysql_aurora.3.04.0 8.0.mysql_aurora.3.04.1 8.0.mysql_aurora.3.04.2 " +
      "8.0.mysql_aurora.3.04.3 8.0.mysql_aurora.3.04.4 8.0.mysql_aurora.3.04.6 " +
      "8.0.mysql_aurora.3.08.0 8.0.mysql_aurora.3.08.1 8.0.mysql_aurora.3.08.2 " +
      "8.0.mysql_aurora.3.09.0 8.0.mysql_aurora.3.10.0 8.0.mysql_aurora.3.10.1 " +
      "8.0.mysql_aurora.3.10.2 8.0.mysql_aurora.3.10.3 8.0.mysql_aurora.3.10.4 " +
      "8.0.mysql_aurora.3.10.5 8.0.mysql_aurora.3.10.6 8.0.mysql_aurora.3.11.1 " +
      "8.0.mysql_aurora.3.12.0 8.0.mysql_aurora.3.13.0 8.4.mysql_aurora.8.4.7 " +
      "8.4.mysql_aurora.8.4.8",
    "aurora-postgresql":
      "13.23 13.9 14.17 14.18 14.19 14.20 14.22 14.23 14.24 14.6 15.10 15.12 15.13 15.14 15.15 " +
      "15.17 15.18 15.19 16.10 16.11 16.13 16.14 16.15 16.8 16.9 17.10 17.11 17.4 17.5 17.6 17.7 " +
      "17.9 18.3 18.4 18.6",
  },
  instanceClasses: {
    "aurora-mysql": [
      {
        family: "r5",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
        but: "ap-east-2 ap-southeast-5 ap-southeast-6 ap-southeast-7 mx-central-1",
      },
      { family: "r6g", sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge", but: "il-central-1" },
      {
        family: "r6i",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
        but: "cn-north-1 cn-northwest-1 il-central-1 me-central-1",
      },
      { family: "r6id", sizes: "24xlarge 32xlarge", only: "ap-southeast-5 ap-southeast-7" },
      {
        family: "r7g",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
        but: "ap-southeast-4",
      },
      {
        family: "r7i",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        but:
          "af-south-1 ap-east-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-2 il-central-1 " +
          "me-central-1 me-south-1",
      },
      {
        family: "r8a",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        only:
          "ap-east-2 ap-northeast-1 ca-central-1 eu-central-1 eu-south-2 eu-west-1 us-east-1 " +
          "us-east-2 us-west-2",
      },
      {
        family: "r8g",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        but:
          "af-south-1 ap-east-2 ap-southeast-6 ap-southeast-7 ca-west-1 eu-south-1 il-central-1 " +
          "me-central-1 me-south-1",
      },
      { family: "t3", sizes: "medium large", but: "" },
      { family: "t3", sizes: "small", but: "ap-southeast-5" },
      { family: "t3", sizes: "xlarge 2xlarge", only: "us-gov-east-1 us-gov-west-1" },
      { family: "t4g", sizes: "medium large", but: "il-central-1" },
      { family: "t4g", sizes: "small", only: "ca-west-1" },
      { family: "t4g", sizes: "xlarge 2xlarge", only: "me-central-1" },
      {
        family: "x2g",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
        only: "eu-south-2 eu-west-1 us-east-1 us-east-2 us-west-2",
      },
    ],
    "aurora-postgresql": [
      {
        family: "r5",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
        but: "ap-east-2 ap-southeast-5 ap-southeast-6 ap-southeast-7 mx-central-1",
      },
      { family: "r6g", sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge", but: "il-central-1" },
      {
        family: "r6gd",
        sizes: "xlarge 4xlarge 8xlarge",
        but:
          "af-south-1 ap-east-1 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-4 ca-west-1 " +
          "cn-north-1 cn-northwest-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 " +
          "me-south-1",
      },
      {
        family: "r6gd",
        sizes: "2xlarge 12xlarge 16xlarge",
        but:
          "af-south-1 ap-east-1 ap-east-2 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-4 " +
          "ca-west-1 cn-north-1 cn-northwest-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 " +
          "me-central-1 me-south-1",
      },
      {
        family: "r6i",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
        but: "ca-west-1 cn-north-1 cn-northwest-1 il-central-1",
      },
      {
        family: "r6id",
        sizes: "24xlarge 32xlarge",
        only:
          "ap-east-2 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 " +
          "ap-southeast-5 ap-southeast-6 ap-southeast-7 eu-central-1 eu-west-1 eu-west-2 mx-central-1 " +
          "us-east-1 us-east-2 us-gov-west-1 us-west-2",
      },
      {
        family: "r7g",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
        but: "ap-southeast-4",
      },
      {
        family: "r7i",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        but:
          "af-south-1 ap-east-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-2 il-central-1 " +
          "me-central-1 me-south-1",
      },
      {
        family: "r8a",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        only:
          "ap-east-2 ap-northeast-1 ca-central-1 eu-central-1 eu-south-2 eu-west-1 us-east-1 " +
          "us-east-2 us-west-2",
      },
      {
        family: "r8g",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        but:
          "af-south-1 ap-east-2 ap-southeast-6 ap-southeast-7 ca-west-1 eu-south-1 il-central-1 " +
          "me-central-1 me-south-1",
      },
      {
        family: "r8gd",
        sizes: "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        only:
          "af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-southeast-2 ap-southeast-3 " +
          "ap-southeast-5 ca-central-1 ca-west-1 eu-central-1 eu-south-2 eu-west-1 eu-west-2 " +
          "sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2",
      },
      { family: "t3", sizes: "medium large", but: "" },
      {
        family: "t3",
        sizes: "small",
        only: "ap-east-1 ap-northeast-3 me-central-1 us-gov-east-1 us-gov-west-1",
      },
      { family: "t3", sizes: "xlarge 2xlarge", only: "us-gov-east-1 us-gov-west-1" },
      { family: "t4g", sizes: "medium large", but: "il-central-1" },
      { family: "t4g", sizes: "xlarge 2xlarge", only: "me-central-1" },
      {
        family: "x2g",
        sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
        only: "eu-south-2 eu-west-1 us-east-1 us-east-2 us-west-2",
      },
    ],
  },
  instanceTypes: [
    { family: "c6g", sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal", but: "" },
    {
      family: "c6gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      but:
        "ap-east-1 ap-east-2 ap-south-2 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 " +
        "ca-west-1 cn-north-1 eu-south-1 il-central-1 me-central-1 me-south-1 mx-central-1",
    },
    {
      family: "c6gn",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
      but: "af-south-1 ap-south-2 ap-southeast-4 eu-central-2 eu-south-2 me-central-1",
    },
    { family: "c6gn", sizes: "metal", only: "ca-central-1 eu-central-1 eu-west-3 us-west-2" },
    {
      family: "c7g",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      but: "ap-southeast-4 me-central-1",
    },
    {
      family: "c7gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      but:
        "af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-4 ap-southeast-6 ap-southeast-7 " +
        "ca-west-1 cn-north-1 cn-northwest-1 eu-south-1 il-central-1 me-central-1 me-south-1 " +
        "mx-central-1",
    },
    {
      family: "c7gn",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      only: "ap-northeast-1 eu-west-1 eu-west-2 us-east-1 us-east-2 us-west-2",
    },
    {
      family: "c8g",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      but: "me-central-1 me-south-1 mx-central-1",
    },
    {
      family: "c8gb",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only:
        "af-south-1 eu-central-1 eu-north-1 eu-west-1 eu-west-3 us-east-1 us-east-2 us-west-1 " + "us-west-2",
    },
    {
      family: "c8gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      but:
        "af-south-1 ap-east-1 ap-east-2 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-4 " +
        "ca-west-1 cn-north-1 eu-central-2 eu-south-1 eu-west-3 il-central-1 me-central-1 " +
        "me-south-1 mx-central-1 us-gov-east-1 us-gov-west-1 us-west-1",
    },
    {
      family: "c8gn",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
      but: "ap-east-2 ap-northeast-3 ap-southeast-6 il-central-1 me-south-1 mx-central-1",
    },
    {
      family: "c8gn",
      sizes: "48xlarge",
      but:
        "ap-east-2 ap-northeast-3 ap-southeast-6 il-central-1 me-south-1 mx-central-1 us-gov-east-1 " +
        "us-gov-west-1",
    },
    {
      family: "c9g",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only:
        "ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-5 eu-central-1 us-east-1 " +
        "us-east-2 us-west-2",
    },
    {
      family: "c9gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only:
        "ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-5 eu-central-1 us-east-1 " +
        "us-east-2 us-west-2",
    },
    {
      family: "g5g",
      sizes: "metal",
      only:
        "ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 eu-central-1 eu-south-2 " +
        "us-east-1 us-west-2",
    },
    {
      family: "g5g",
      sizes: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge",
      only: "ap-northeast-1 ap-northeast-2 ap-southeast-1 eu-central-1 eu-south-2 us-east-1 us-west-2",
    },
    {
      family: "hpc7g",
      sizes: "4xlarge 8xlarge 16xlarge",
      only: "ap-northeast-1 eu-west-1 us-east-1 us-gov-west-1",
    },
    {
      family: "i4g",
      sizes: "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge",
      only:
        "ap-southeast-1 ap-southeast-2 ca-central-1 eu-west-1 sa-east-1 us-east-1 us-east-2 " + "us-west-2",
    },
    {
      family: "i8g",
      sizes: "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge",
      but:
        "af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-4 ap-southeast-5 ap-southeast-6 " +
        "ap-southeast-7 ca-west-1 cn-north-1 cn-northwest-1 eu-central-2 eu-south-1 il-central-1 " +
        "me-central-1 me-south-1 mx-central-1 us-west-1",
    },
    {
      family: "i8g",
      sizes: "48xlarge",
      but:
        "af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-4 ap-southeast-5 ap-southeast-6 " +
        "ap-southeast-7 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-south-1 " +
        "il-central-1 me-central-1 me-south-1 mx-central-1 us-west-1",
    },
    {
      family: "i8ge",
      sizes: "large xlarge 2xlarge 3xlarge 6xlarge 12xlarge 18xlarge 24xlarge 48xlarge",
      but:
        "af-south-1 ap-east-2 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-4 " +
        "ap-southeast-6 ca-west-1 cn-north-1 cn-northwest-1 eu-central-2 eu-south-1 eu-south-2 " +
        "il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-west-1",
    },
    {
      family: "im4gn",
      sizes: "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge",
      only:
        "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 " +
        "eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-2",
    },
    {
      family: "is4gen",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge",
      only:
        "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 " +
        "eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-2",
    },
    { family: "m6g", sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal", but: "" },
    {
      family: "m6gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      but: "cn-north-1 cn-northwest-1",
    },
    {
      family: "m7g",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      but: "ca-west-1 eu-south-1",
    },
    {
      family: "m7gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      but:
        "af-south-1 ap-east-1 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-4 ca-central-1 " +
        "ca-west-1 cn-north-1 cn-northwest-1 eu-central-2 eu-south-1 il-central-1 me-south-1 " +
        "us-gov-east-1 us-gov-west-1",
    },
    {
      family: "m8g",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      but: "ap-southeast-6 il-central-1",
    },
    {
      family: "m8gb",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only: "eu-west-1 us-east-1 us-west-2",
    },
    {
      family: "m8gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      but:
        "af-south-1 ap-east-1 ap-east-2 ap-northeast-2 ap-northeast-3 ap-south-2 ap-southeast-3 " +
        "ap-southeast-6 ap-southeast-7 ca-west-1 cn-north-1 cn-northwest-1 eu-central-2 eu-south-1 " +
        "il-central-1 me-central-1 me-south-1",
    },
    {
      family: "m8gn",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only: "eu-west-1 us-east-1 us-west-2",
    },
    {
      family: "m9g",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only:
        "ap-northeast-1 ap-southeast-1 ap-southeast-2 ap-southeast-5 eu-central-1 eu-south-2 " +
        "eu-west-1 us-east-1 us-east-2 us-west-2",
    },
    {
      family: "m9gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only:
        "ap-northeast-1 ap-southeast-1 ap-southeast-2 ap-southeast-5 eu-central-1 eu-south-2 " +
        "eu-west-1 us-east-1 us-east-2 us-west-2",
    },
    { family: "r6g", sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal", but: "" },
    {
      family: "r6gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      but:
        "ap-east-1 ap-east-2 ap-south-2 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 " +
        "ca-west-1 eu-south-1 il-central-1 me-central-1 me-south-1 mx-central-1",
    },
    { family: "r7g", sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal", but: "" },
    {
      family: "r7gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      but: "ap-southeast-4 cn-north-1 cn-northwest-1 me-south-1",
    },
    {
      family: "r8g",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      but: "ap-east-2 il-central-1 me-south-1",
    },
    {
      family: "r8gb",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only: "us-east-1 us-west-2",
    },
    {
      family: "r8gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      but:
        "ap-south-2 ap-southeast-6 ap-southeast-7 cn-north-1 il-central-1 me-central-1 me-south-1 " +
        "mx-central-1",
    },
    {
      family: "r8gn",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only: "us-east-1 us-west-2",
    },
    {
      family: "r9g",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only: "eu-central-1 us-east-1 us-east-2 us-west-2",
    },
    {
      family: "r9gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only: "eu-central-1 us-east-1 us-east-2 us-west-2",
    },
    { family: "t4g", sizes: "nano micro small medium large xlarge 2xlarge", but: "" },
    {
      family: "x2gd",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
      only: "eu-west-1 us-east-1 us-east-2 us-west-2",
    },
    {
      family: "x8g",
      sizes: "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
      only: "ap-southeast-2 eu-central-1 eu-north-1 eu-west-1 us-east-1 us-east-2 us-west-2",
    },
  ],
  runtimes: {
    dotnet10: "2028-11-14",
    dotnet8: "2026-11-10",
    dotnet9: "2026-11-10",
    java11: "2027-06-30",
    java17: "2027-06-30",
    java21: "2029-06-30",
    java25: "2029-06-30",
    "java8.al2": "2027-06-30",
    "nodejs20.x": "2026-04-30",
    "nodejs22.x": "2027-04-30",
    "nodejs24.x": "2028-04-30",
    "provided.al2": "2026-07-31",
    "provided.al2023": "2029-06-30",
    "python3.10": "2026-10-31",
    "python3.11": "2027-06-30",
    "python3.12": "2028-10-31",
    "python3.13": "2029-06-30",
    "python3.14": "2029-06-30",
    "ruby3.2": "2026-03-31",
    "ruby3.3": "2027-03-31",
    "ruby3.4": "2028-03-31",
    "ruby4.0": "2029-03-31",
  },
  standardSupport: {
    read: "2026-08-22",
    until: {
      "aurora-postgresql": {
        "13": "2026-02-28",
        "14": "2027-02-28",
        "15": "2028-02-29",
        "16": "2029-02-28",
        "17": "2030-02-28",
        "18": "2031-02-28",
      },
    },
  },
} as const;
