locals {
  store = "${aws_s3_bucket.store.arn}/${var.prefix}"
}

# What workers need: docs/storage.md. Without s3:ListBucket, S3 answers "forbidden" for objects that do not exist.
data "aws_iam_policy_document" "worker" {
  statement {
    sid       = "ListStore"
    actions   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [aws_s3_bucket.store.arn]
  }

  statement {
    sid       = "UseStore"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListMultipartUploadParts"]
    resources = ["${local.store}/*"]
  }

  dynamic "statement" {
    for_each = var.documents
    content {
      sid       = "ListDocuments${statement.key}"
      actions   = ["s3:ListBucket"]
      resources = ["arn:aws:s3:::${statement.value.bucket}"]
      condition {
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["${statement.value.prefix}*"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.documents
    content {
      sid       = "ReadDocuments${statement.key}"
      actions   = ["s3:GetObject"]
      resources = ["arn:aws:s3:::${statement.value.bucket}/${statement.value.prefix}*"]
    }
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "UseKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

# `hone gc` from elsewhere: the store as workers have it, and no documents.
data "aws_iam_policy_document" "collector" {
  statement {
    sid       = "ListStore"
    actions   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [aws_s3_bucket.store.arn]
  }

  statement {
    sid       = "UseStore"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListMultipartUploadParts"]
    resources = ["${local.store}/*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "UseKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

# Who loads models and reads reports (`hone model pull s3://…`): neither documents nor answers of language models.
data "aws_iam_policy_document" "reader" {
  statement {
    sid       = "ListResults"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.store.arn]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["${var.prefix}/runs/*", "${var.prefix}/published/*"]
    }
  }

  statement {
    sid       = "ReadResults"
    actions   = ["s3:GetObject"]
    resources = ["${local.store}/runs/*", "${local.store}/published/*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "UseKey"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_policy" "store" {
  for_each = {
    worker    = data.aws_iam_policy_document.worker.json
    collector = data.aws_iam_policy_document.collector.json
    reader    = data.aws_iam_policy_document.reader.json
  }
  name   = "${var.bucket}-${each.key}"
  policy = each.value
  tags   = var.tags
}
