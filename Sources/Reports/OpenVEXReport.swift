import Domain
import FoundationEssentials
import Inventories
import Risk

/// What a tenant has decided about its findings as an OpenVEX 0.2.0 document: a statement for each exception and
/// vulnerability. Exceptions that say that the vulnerability is not there are `not_affected`; those that live with it
/// are `affected`, with the decision as the action.
package struct OpenVEXReport: Encodable {
    let context = "https://openvex.dev/ns/v0.2.0"
    let id: String
    let author: String
    let timestamp: String
    /// Rises with every document, as the specification asks of one that changes.
    let version: Int
    let tooling: String
    let statements: [Statement]

    enum CodingKeys: String, CodingKey {
        case author, timestamp, version, tooling, statements
        case context = "@context"
        case id = "@id"
    }

    struct Statement: Encodable {
        let vulnerability: Vulnerability
        let timestamp: String
        let products: [Product]
        let status: String
        let justification: String?
        let impact: String?
        let action: String?
        let notes: String

        enum CodingKeys: String, CodingKey {
            case vulnerability, timestamp, products, status, justification
            case impact = "impact_statement"
            case action = "action_statement"
            case notes = "status_notes"
        }
    }

    struct Vulnerability: Encodable {
        let name: String
    }

    struct Product: Encodable {
        let id: String
        var identifiers: [String: String]?
        var subcomponents: [Product]?

        enum CodingKeys: String, CodingKey {
            case identifiers, subcomponents
            case id = "@id"
        }
    }

    /// A vulnerability in a package version that an exception sets aside.
    package struct Cover: Sendable {
        let exception: ExceptionID
        let kind: ExceptionKind
        let reason: String
        let owner: String
        let since: Date
        let until: Date
        let vulnerability: String
        let product: AffectedProduct
        /// The endpoint, where it is not set aside on all.
        let hostname: String?

        package init(
            exception: ExceptionID, kind: ExceptionKind, reason: String, owner: String, since: Date, until: Date,
            vulnerability: String, product: AffectedProduct, hostname: String?
        ) {
            self.exception = exception
            self.kind = kind
            self.reason = reason
            self.owner = owner
            self.since = since
            self.until = until
            self.vulnerability = vulnerability
            self.product = product
            self.hostname = hostname
        }
    }

    /// - Parameters:
    ///   - covers: those of one exception and vulnerability next to each other, by endpoint.
    ///   - program: the version of the one that writes it.
    package init(_ covers: [Cover], tenant: TenantID, author: String, program: String, at now: Date = Date()) {
        id = "urn:uuid:\(tenant)"
        self.author = author
        timestamp = now.formatted(.iso8601)
        version = max(1, Int(now.timeIntervalSince1970))
        tooling = "garrison \(program)"
        statements = covers.chunked { $0.exception == $1.exception && $0.vulnerability == $1.vulnerability }
            .compactMap(Statement.init)
    }

    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}

extension OpenVEXReport.Statement {
    fileprivate init?(_ covers: ArraySlice<OpenVEXReport.Cover>) {
        guard let first = covers.first else { return nil }
        vulnerability = OpenVEXReport.Vulnerability(name: first.vulnerability)
        timestamp = first.since.formatted(.iso8601)
        products = covers.chunked { $0.hostname == $1.hostname }.flatMap(OpenVEXReport.Product.on)
        let isThere = first.kind == .accepted || first.kind == .wontFix
        status = isThere ? VEXStatus.affected.rawValue : VEXStatus.notAffected.rawValue
        justification = first.kind == .mitigated ? "inline_mitigations_already_exist" : nil
        impact = isThere ? nil : first.reason
        action = isThere ? first.reason : nil
        let kind = first.kind.rawValue.replacing("_", with: " ")
        notes = "\(kind), by \(first.owner), until \(first.until.formatted(.iso8601))"
    }
}

extension OpenVEXReport.Product {
    fileprivate init(_ product: AffectedProduct) {
        // An IRI, also of what has neither a package URL nor a CPE name.
        id =
            product.purl ?? product.cpe
            ?? PackageURL(type: "generic", name: product.name, version: product.version).description
        let known = [("purl", product.purl), ("cpe23", product.cpe)].compactMap { name, value in
            value.map { (name, $0) }
        }
        identifiers = known.isEmpty ? nil : Dictionary(known) { first, _ in first }
    }

    /// The packages by themselves, or in the endpoint that is named.
    fileprivate static func on(_ covers: ArraySlice<OpenVEXReport.Cover>) -> [Self] {
        let packages = covers.map { Self($0.product) }
        guard let hostname = covers.first?.hostname else { return packages }
        return [Self(id: PackageURL(type: "generic", name: hostname).description, subcomponents: packages)]
    }
}

extension Collection {
    /// Runs of neighbours that belong together.
    fileprivate func chunked(by belong: (Element, Element) -> Bool) -> [SubSequence] {
        var (chunks, start) = ([SubSequence](), startIndex)
        var place = startIndex
        while place != endIndex {
            let next = index(after: place)
            if next == endIndex || !belong(self[place], self[next]) {
                chunks.append(self[start..<next])
                start = next
            }
            place = next
        }
        return chunks
    }
}
