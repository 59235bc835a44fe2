extension MicrosoftState {
    /// `POST /{tenant}/oauth2/v2.0/token` of an application that acts for itself.
    mutating func issueToken(_ request: SimulatedRequest) -> SimulatedAnswer {
        let form = request.form
        func field(_ name: String) -> String? { form.first { $0.name == name }?.value }
        let tenant = request.path.split(separator: "/").first.map(String.init) ?? ""
        guard tenant.lowercased() == account.tenantID else {
            return MicrosoftErrors.token(
                400, "invalid_request", 90_002,
                "Tenant '\(tenant)' not found. Check to make sure you have the correct tenant ID.")
        }
        guard field("grant_type") == "client_credentials" else {
            return MicrosoftErrors.token(
                400, "unsupported_grant_type", 70_003, "The app requested an unsupported grant type.")
        }
        guard let client = field("client_id"), client == account.clientID else {
            return MicrosoftErrors.token(
                400, "unauthorized_client", 700_016,
                "Application with identifier '\(field("client_id") ?? "")' was not found in the directory.")
        }
        guard let scope = field("scope"), scope.hasSuffix("/.default") else {
            return MicrosoftErrors.token(
                400, "invalid_scope", 1_002_012,
                "The provided value for scope \(field("scope") ?? "") is not valid. "
                    + "Client credential flows must have a scope value with /.default suffixed to the resource identifier."
            )
        }
        if let refusal = refusal(of: field, at: request.path) { return refusal }
        let audience: Audience
        switch scope.dropLast("/.default".count) {
        case let resource where resource.contains("securitycenter"): audience = .defender
        case let resource where resource.contains("graph"): audience = .graph
        case let resource:
            return MicrosoftErrors.token(
                400, "invalid_resource", 500_011,
                "The resource principal named \(resource) was not found in the tenant.")
        }
        let token = nextID() + nextID()
        tokens[token] = (audience, now + Double(account.tokenLifetime))
        var json = JSONText()
        json.object { json in
            json.field("token_type", "Bearer")
            json.field("expires_in", account.tokenLifetime)
            json.field("ext_expires_in", account.tokenLifetime)
            json.field("access_token", token)
        }
        return .json(200, json)
    }

    /// Nil for whoever proves to be the application.
    private func refusal(of field: (String) -> String?, at path: String) -> SimulatedAnswer? {
        if let secret = field("client_secret") {
            guard secret != account.clientSecret else { return nil }
            return MicrosoftErrors.token(
                401, "invalid_client", 7_000_215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
                    + "not the client secret ID, for a secret added to app '\(account.clientID)'.")
        }
        guard field("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            let assertion = field("client_assertion").flatMap({ ClientAssertion($0) })
        else {
            return MicrosoftErrors.token(
                401, "invalid_client", 7_000_218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
        }
        guard let certificate, assertion.isSigned(by: certificate) else {
            return MicrosoftErrors.token(
                401, "invalid_client", 700_027,
                "The certificate with identifier used to sign the client assertion is not registered on application.")
        }
        let claims = assertion.claims
        guard claims.iss == account.clientID, claims.sub == account.clientID,
            claims.aud == "http://\(host)\(path)" || claims.aud == "https://\(host)\(path)"
        else {
            return MicrosoftErrors.token(
                401, "invalid_client", 700_023, "Client assertion audience or issuer is not valid.")
        }
        let second = now.milliseconds / 1000
        guard claims.nbf <= second + 300, claims.exp > second - 300, claims.exp > claims.nbf else {
            return MicrosoftErrors.token(
                401, "invalid_client", 700_024, "Client assertion is not within its valid time range.")
        }
        return nil
    }
}
