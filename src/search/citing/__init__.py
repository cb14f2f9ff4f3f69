"""Evidence: citations in every style and format, quotations, proofs, records, exports."""
