/// A value of a vendor's record that is not what it must be.
package struct FieldRefusal: Error, Hashable {
    /// The path: `cve.base_score`; empty for the record itself.
    package var field: String
    /// `must be a number, not a string`
    package var reason: String

    package init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }
}
