import Versions

/// How products that are known by a CPE name are filed in the index: under the ecosystem `cpe`,
/// named `a:vendor:product`, their fields from the version on with each entry.
package enum ProductName {
    package static let ecosystem = "cpe"
    /// Fields of a name that says nothing besides vendor and product.
    static let anything = "*:*:*:*:*:*:*:*"

    static func key(of fields: CPEFields) -> String { "\(fields.part):\(fields.vendor):\(fields.product)" }

    static func rest(of fields: CPEFields) -> String { fields.fields[3...].joined(separator: ":") }

    /// `cpe:2.3:a:vendor:product:…` of a key, with a version.
    package static func name(key: String, version: String?) -> String {
        "cpe:2.3:\(key):\(version.map(CPEFields.bound) ?? "*"):*:*:*:*:*:*:*"
    }
}
