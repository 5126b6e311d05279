variable "bucket" {
  description = "Name of the bucket of the artifact store."
  type        = string
}

variable "prefix" {
  description = "Prefix of the store in the bucket: HONE_STORE is s3://BUCKET/PREFIX."
  type        = string
  default     = "artifacts"

  validation {
    condition     = can(regex("^[^/].*[^/]$|^[^/]$", var.prefix))
    error_message = "Give a prefix without a slash at its ends."
  }
}

variable "documents" {
  description = "Buckets and prefixes that workers may read documents and datasets from."
  type        = list(object({ bucket = string, prefix = optional(string, "") }))
  default     = []
}

variable "kms_key_arn" {
  description = "KMS key that objects are encrypted with. Default: S3's own keys (SSE-S3)."
  type        = string
  default     = null
}

variable "versioning" {
  description = "Keep deleted and overwritten objects for noncurrent_days. Each checkpoint of a training is then kept as long."
  type        = bool
  default     = false
}

variable "noncurrent_days" {
  description = "Days that deleted and overwritten objects are kept, with versioning."
  type        = number
  default     = 7
}

variable "eks" {
  description = "Service accounts of a cluster that take the roles of the worker and of the collector (IRSA)."
  type = object({
    oidc_provider_arn = string
    namespace         = string
    worker            = optional(string, "hone")
    collector         = optional(string, "hone-gc")
  })
  default = null
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
}
