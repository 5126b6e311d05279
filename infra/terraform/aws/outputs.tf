output "store" {
  description = "HONE_STORE of the workers, and `store` of the Helm chart."
  value       = "s3://${aws_s3_bucket.store.id}/${var.prefix}"
}

output "policy_arns" {
  description = "Policies of worker, collector and reader, to attach to roles and users."
  value       = { for name, policy in aws_iam_policy.store : name => policy.arn }
}

output "role_arns" {
  description = "Roles of the service accounts: eks.amazonaws.com/role-arn in the Helm chart."
  value       = { for name, role in aws_iam_role.store : name => role.arn }
}
