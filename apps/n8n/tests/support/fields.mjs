/** The node's two fields, as most workflows have them. */
export const FIELDS = { sequenceId: "={{ $json.sequenceId }}", contactIds: "={{ $json.contactId }}" };
