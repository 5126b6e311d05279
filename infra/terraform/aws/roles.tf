# Roles for the service accounts of the Helm chart: no key of AWS is stored in the cluster.
locals {
  accounts = var.eks == null ? {} : { worker = var.eks.worker, collector = var.eks.collector }
  # arn:aws:iam::ACCOUNT:oidc-provider/ISSUER
  issuer = var.eks == null ? "" : split("oidc-provider/", var.eks.oidc_provider_arn)[1]
}

data "aws_iam_policy_document" "assume" {
  for_each = local.accounts

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [var.eks.oidc_provider_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:${var.eks.namespace}:${each.value}"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "store" {
  for_each           = local.accounts
  name               = "${var.bucket}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.assume[each.key].json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "store" {
  for_each   = local.accounts
  role       = aws_iam_role.store[each.key].name
  policy_arn = aws_iam_policy.store[each.key].arn
}
