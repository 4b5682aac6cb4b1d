import type { IamPolicy } from "../aws/iam-policy";

/** Policies of AWS that are attached here (AWS Managed Policy Reference Guide), by ARN. */
export const MANAGED_POLICIES: Readonly<Record<string, IamPolicy>> = {
  "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole": {
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
        Resource: "arn:aws:logs:*:*:log-group:RDS*",
      },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents"],
        Resource: "arn:aws:logs:*:*:log-group:RDS*:log-stream:*",
      },
    ],
  },
};
