/// An access key, as Amazon's tools take it from the environment.
package struct S3Credentials: Sendable {
    let id: String
    let secret: Secret
    /// Of credentials that end by themselves.
    let session: Secret?

    /// - Throws: `ObjectError.noCredentials`.
    init(environment: [String: String]) throws(ObjectError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard let id = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY") else {
            throw .noCredentials(store: "s3", variables: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        }
        self.init(id: id, secret: secret, session: value("AWS_SESSION_TOKEN"))
    }

    package init(id: String, secret: String, session: String? = nil) {
        self.id = id
        self.secret = Secret(secret)
        self.session = session.map(Secret.init)
    }
}
