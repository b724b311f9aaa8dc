import { graphql } from '../generated/index.ts';

export const PIPELINES = graphql(`
  query Pipelines {
    pipelines(first: 100, orderBy: { field: NAME, direction: ASC }) {
      edges {
        node {
          id
          name
          isDefault
          stages {
            id
            name
            kind
            probability
          }
        }
      }
    }
  }
`);

export const BOARD = graphql(`
  query Board($pipelineId: ID!, $after: String) {
    leads(
      first: 100
      after: $after
      filter: { pipelineId: { eq: $pipelineId }, stageKind: { eq: OPEN }, convertedAt: { isNull: true } }
      orderBy: { field: VALUE, direction: DESC }
    ) {
      totalCount
      edges {
        cursor
        node {
          id
          stage
          version
          value {
            amount
            currency
          }
          ...LeadCard
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const LEAD_CARD = graphql(`
  fragment LeadCard on Lead {
    id
    title
    probability
    expectedCloseDate
    value {
      amount
      currency
    }
    customer {
      id
      company
    }
    assignee {
      id
      firstName
      lastName
    }
  }
`);

export const LEAD_STAGE_MOVE = graphql(`
  mutation LeadStageMove($input: LeadStageMoveInput!) {
    leadStageMove(input: $input) {
      lead {
        id
        stage
        stageKind
        probability
        version
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const LEAD_CREATE = graphql(`
  mutation LeadCreate($input: LeadCreateInput!) {
    leadCreate(input: $input) {
      lead {
        id
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const CUSTOMER_CHOICES = graphql(`
  query CustomerChoices {
    customers(first: 100, filter: { company: { isNull: false } }, orderBy: { field: COMPANY, direction: ASC }) {
      edges {
        node {
          id
          company
        }
      }
    }
  }
`);
