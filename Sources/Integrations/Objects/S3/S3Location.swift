/// Where a bucket is and how its objects are addressed and encrypted.
struct S3Location: Sendable {
    let bucket: String
    let prefix: String
    let region: String
    /// With the bucket in its host's name, unless `pathStyle`.
    let origin: String
    let pathStyle: Bool
    /// `AES256`, `aws:kms`
    let encryption: String?
    let kmsKey: String?
    let createsOnly: Bool

    /// - Throws: `ObjectError.setting`.
    init(_ address: StoreAddress, environment: [String: String]) throws(ObjectError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        bucket = address.name
        prefix = address.prefix
        region = address.option("region") ?? value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? "us-east-1"
        encryption = address.option("sse")
        kmsKey = address.option("kms_key")
        if let encryption, !["AES256", "aws:kms", "aws:kms:dsse"].contains(encryption) {
            throw StoreAddress.defect("sse=\(encryption) is none of AES256, aws:kms, aws:kms:dsse")
        }
        if kmsKey != nil, encryption?.hasPrefix("aws:kms") != true {
            throw StoreAddress.defect("kms_key needs sse=aws:kms")
        }
        createsOnly = try address.flag("conditional_put") ?? true
        let named = address.option("endpoint") ?? value("AWS_ENDPOINT_URL_S3") ?? value("AWS_ENDPOINT_URL")
        // A name with a dot fits no certificate, and most servers of others know paths only.
        pathStyle = try address.flag("path_style") ?? (named != nil || bucket.contains("."))
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        let endpoint = try StoreAddress.origin(named ?? "https://s3.\(region).\(suffix)")
        origin = pathStyle ? endpoint : endpoint.replacing("://", with: "://\(bucket).", maxReplacements: 1)
    }

    /// Of the bucket itself.
    var bucketPath: String { pathStyle ? "/\(PercentEncoding.encode(bucket))" : "/" }

    func path(_ key: ObjectKey) -> String {
        (pathStyle ? "/\(PercentEncoding.encode(bucket))/" : "/") + PercentEncoding.path(prefix + key.text)
    }

    /// Of requests that create an object.
    var encryptionHeaders: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if let encryption { headers.append(("x-amz-server-side-encryption", encryption)) }
        if let kmsKey { headers.append(("x-amz-server-side-encryption-aws-kms-key-id", kmsKey)) }
        return headers
    }

    /// Whether an entity tag is the content's MD5: not where a key of the vendor's encrypts it.
    var tagsAreDigests: Bool { encryption?.hasPrefix("aws:kms") != true }
}
